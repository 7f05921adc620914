"""The engine's errors."""

import traceback

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from chassis.db.engine import make_engine
from tests.support.chassis.sample_service import Applied


def test_an_error_names_what_went_wrong_and_holds_no_value_of_the_row(sample_database, sample_session):
    note = "\n".join(f"Canary of line {number}" for number in range(2))
    engine = make_engine(sample_database.app_url, pool_size=1)
    with pytest.raises(DBAPIError) as failed, engine.begin() as connection:
        connection.execute(insert(Applied).values(stream=note, sequence=None))
    engine.dispose()
    message = "".join(traceback.format_exception(failed.value))
    assert failed.value.orig.pgcode == "23502" and 'null value in column "sequence"' in message
    assert not any(line in message for line in note.splitlines())
