"""The engine's errors."""

import traceback

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from chassis.db.engine import make_engine
from tests.support.chassis.sample_service import Applied


def test_an_error_names_what_went_wrong_and_holds_no_value_of_the_row(sample_database, sample_session):
    engine = make_engine(sample_database.app_url, pool_size=1)
    with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
        connection.execute(insert(Applied).values(stream="Canary's note\nof two lines", sequence=None))
    engine.dispose()
    told = "".join(traceback.format_exception(failed.value))
    assert failed.value.orig.pgcode == "23502" and 'null value in column "sequence"' in told
    assert "Canary" not in told and "two lines" not in told
