"""The engine's errors, and the sessions of requests."""

import traceback

import pytest
from sqlalchemy import create_engine, insert, text
from sqlalchemy.exc import DBAPIError

from chassis.db.engine import Database, driver_url, make_engine
from chassis.settings import Settings
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


class Container:
    """What a dependency knows of its container."""

    def __init__(self, settings: Settings):
        self.config, self.shared_extensions = {"settings": settings}, {}


def test_a_request_ends_quietly_when_its_database_has_gone_away_and_leaves_room_for_the_next(sample_database):
    settings = Settings(database_url=sample_database.app_url, max_workers=1)
    container = Container(settings)
    database = Database().bind(container, "session")
    database.setup()
    superuser = create_engine(driver_url(sample_database.superuser_url))
    for worker in range(2 * (settings.max_workers + 2)):
        session = database.get_dependency(worker)
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        with superuser.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
        database.worker_teardown(worker)
    database.stop()
    superuser.dispose()
