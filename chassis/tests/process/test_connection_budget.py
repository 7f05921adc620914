"""The connection budget of a database server."""

import pytest
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url, make_engine
from chassis.process import connection_budget
from chassis.process.connection_budget import claim_connections, connections_of
from chassis.process.jobs import job
from chassis.settings import Settings, SettingsError
from tests.support.chassis.sample_service import SampleService


class WithJobs(SampleService):
    """The sample service with two jobs."""

    @job(1)
    def first(self):
        return False

    @job(2)
    def second(self):
        return False


@pytest.fixture
def room(sample_database, monkeypatch) -> int:
    """How many connections the server gives this test, whatever others claim of it."""
    superuser = create_engine(driver_url(sample_database.superuser_url))
    with superuser.connect() as connection:
        most, reserved = (
            int(connection.scalar(text(f"SHOW {name}")))
            for name in ("max_connections", "superuser_reserved_connections")
        )
    superuser.dispose()
    monkeypatch.setattr(connection_budget, "PREFIX", "budget-of-a-test")
    monkeypatch.setattr(connection_budget, "SPARE", most - reserved - 30)
    return 30


def test_a_process_opens_what_its_requests_relay_and_jobs_need():
    settings = Settings(max_workers=5)
    assert connections_of(SampleService, settings) == 5 + 2 + 2 + 1
    assert connections_of(WithJobs, settings) == 5 + 2 + 2 + 2 + 1


def test_a_start_over_the_budget_is_refused_with_the_sum(sample_database, room):
    engines = []

    def start(connections: int) -> None:
        engines.append(make_engine(sample_database.app_url, pool_size=1))
        claim_connections(engines[-1], SampleService, Settings(max_workers=connections - 5))

    start(10)
    start(room - 10)
    with pytest.raises(SettingsError, match=rf"may open sample 10 \+ sample {room - 10} \+ sample 6 = {room + 6}:"):
        start(6)
    for engine in engines[1:]:
        engine.dispose()
    start(6)
    for engine in engines:
        engine.dispose()
