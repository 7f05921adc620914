"""A command that its service has not begun by its deadline never runs, whether the service was gone or frozen."""

import uuid

import pytest
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.errors import ServiceProblem
from chassis.rpc.client import with_deadline
from chassis.testing.plugin import wait_until
from tests.support.service_processes import ServiceProcess

pytestmark = pytest.mark.faults

EXPIRED = 100
AT_ONCE = 25
SHORT = 0.4


@pytest.fixture
def clients(databases, amqp_uri, keys_dir, tmp_path):
    """The clients service as a process; not started."""
    database = databases("clients")
    database.empty()
    process = ServiceProcess(database, amqp_uri, keys_dir, tmp_path / "clients.log")
    yield process
    process.thaw()
    process.stop(kill=True)


@pytest.fixture
def created(databases):
    """`created()`: the last names of the clients that there are."""
    engine = create_engine(driver_url(databases("clients").superuser_url))

    def names() -> set[str]:
        with engine.connect() as connection:
            return set(connection.scalars(text("SELECT last_name FROM contacts")))

    yield names
    engine.dispose()


def start(calls, make_caller, last_name: str, seconds: float):
    caller = with_deadline(make_caller(idempotency_key=uuid.uuid4().hex), 30)
    body = {"first_name": "Ada", "last_name": last_name, "email": f"{uuid.uuid4().hex}@example.com", "currency": "EUR"}
    return calls.start(caller, "clients.create_client", seconds=seconds, writes=True, **body)


def outcome(call) -> str:
    try:
        call.result()
    except ServiceProblem as problem:
        return problem.code
    return "done"


@pytest.mark.parametrize("fault", ["stopped", "frozen"])
def test_commands_past_their_deadline_are_not_run_when_the_service_is_back(clients, calls, make_caller, created, fault):
    clients.start()
    assert outcome(start(calls, make_caller, "Before", 10)) == "done"
    clients.stop() if fault == "stopped" else clients.freeze()
    outcomes = []
    for _ in range(EXPIRED // AT_ONCE):
        outcomes += map(outcome, [start(calls, make_caller, "Expired", SHORT) for _ in range(AT_ONCE)])
    assert outcomes == ["outcome-unknown"] * EXPIRED
    clients.start() if fault == "stopped" else clients.thaw()
    wait_until(
        lambda: outcome(start(calls, make_caller, "After", 5)) == "done", "the service to work again", seconds=30
    )
    assert created() == {"Before", "After"}
