"""Broker or database away: at the start a process says so and waits; later, calls fail and nothing is lost."""

import uuid
from dataclasses import replace

import pytest
import requests
from kombu import Connection, Queue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.db.engine import make_engine
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.events.relay import events_exchange
from chassis.rpc.client import with_deadline
from chassis.testing.faulty_network import Network
from chassis.testing.plugin import wait_until
from tests.support.service_processes import ServiceProcess

pytestmark = pytest.mark.faults
REFUSALS = 7  # more than 6 s of them, after which kombu gives up by itself


@pytest.fixture
def gates(databases, amqp_uri):
    database, network = databases("clients"), Network()
    database.empty()
    yield {"broker": network.link(amqp_uri), "database": network.link(database.app_url)}
    network.close()


@pytest.fixture
def clients(databases, gates, amqp_uri, keys_dir, tmp_path):
    """The clients service as a process whose engines are behind the gates; a queue receives its events."""
    with Connection(amqp_uri) as connection:
        Queue("receives", events_exchange("clients"), routing_key="#")(connection.default_channel).declare()
    database = databases("clients")
    database.app_url, direct = gates["database"].url, database.app_url
    process = ServiceProcess(database, gates["broker"].url, keys_dir, tmp_path / "clients.log")
    database.app_url = direct
    process.log_file = tmp_path / "clients.log"
    yield process
    process.stop(kill=True)


@pytest.fixture
def events(databases):
    """`events(condition)`: how many events of the clients service are committed and meet it."""
    engine = make_engine(databases("clients").app_url, pool_size=1)

    def count(*conditions) -> int:
        with Session(engine) as session:
            return session.scalar(select(func.count()).select_from(outbox).where(*conditions))

    yield count
    engine.dispose()


def waiting_for(process) -> list[str]:
    try:
        return requests.get(f"http://127.0.0.1:{process.port}/readyz", timeout=3).json()["waiting_for"]
    except requests.RequestException:
        return []


def create(calls, caller, **options):
    body = {"first_name": "Ada", "last_name": "Away", "email": "ada@example.com", "currency": "EUR"}
    return calls.call(with_deadline(caller, 30), "clients.create_client", writes=True, **options, **body)


def test_a_process_waits_for_its_engines_and_comes_up_by_itself(clients, gates):
    for gate in gates.values():
        gate.shut()
    clients.start(wait=False)
    wait_until(lambda: "the broker does not answer" in waiting_for(clients), "readiness to name the broker", seconds=20)
    assert "the database does not answer" in waiting_for(clients)
    assert requests.get(f"http://127.0.0.1:{clients.port}/healthz", timeout=3).status_code == 200
    assert "waiting to start" in clients.log_file.read_text()
    gates["broker"].open()
    wait_until(lambda: "the broker does not answer" not in waiting_for(clients), "the broker to be seen", seconds=20)
    gates["database"].open()
    wait_until(clients.ready, "the process to be ready", seconds=20)


@pytest.mark.parametrize(
    "engine, waiting",
    [
        ("broker", ("listener waits for the broker", "waiting for the broker")),  # an idle relay asks nothing of it
        ("database", ("relay waits and tries again", "job waits for the database")),
    ],
)
def test_a_process_outlives_an_engine_that_refuses_for_long_and_is_ready_when_it_is_back(
    clients, gates, engine, waiting
):
    clients.start()
    pid = clients.process.pid
    gates[engine].shut()

    def lasts() -> bool:
        log = clients.log_file.read_text()
        return clients.dead or all(log.count(f'"event": "{line}"') >= REFUSALS for line in waiting)

    wait_until(lasts, f"everything to have tried {REFUSALS} times", seconds=90)
    assert not clients.dead, clients.log_file.read_text()[-2000:]
    gates[engine].open()
    wait_until(clients.ready, "the process to be ready", seconds=20)
    assert clients.process.pid == pid and not clients.dead


def test_a_process_ends_when_it_is_told_to_while_its_engines_are_away(clients, gates):
    clients.start()
    for gate in gates.values():
        gate.shut()
    wait_until(lambda: "waiting for the broker" in clients.log_file.read_text(), "the broker to be missed", seconds=20)
    clients.process.terminate()
    assert clients.process.wait(30) == 0


def test_with_the_broker_cut_off_nothing_is_lost_and_events_leave_when_it_is_back(
    clients, gates, calls, make_caller, events
):
    clients.start()
    caller = make_caller(idempotency_key=uuid.uuid4().hex)
    create(calls, caller, seconds=5)
    wait_until(lambda: events(outbox.c.published_at.is_not(None)) == 1, "the first event to leave")
    gates["broker"].shut()
    wait_until(lambda: not clients.ready(), "readiness to show it")
    cut_off = replace(caller, idempotency_key=uuid.uuid4().hex, deadline=caller.deadline)
    with pytest.raises(ServiceProblem) as refusal:
        create(calls, cut_off, seconds=1, allow_duplicate_email=True)
    assert refusal.value.code in ("unavailable", "outcome-unknown")
    gates["broker"].open()
    wait_until(clients.ready, "the process to be ready again", seconds=20)
    made = create(calls, cut_off, seconds=5, allow_duplicate_email=True)
    assert create(calls, cut_off, seconds=5, allow_duplicate_email=True) == made
    wait_until(lambda: events(outbox.c.published_at.is_not(None)) == 2, "both events to have left", seconds=20)
    assert events() == 2


def test_with_the_database_cut_off_a_write_says_so_and_the_same_key_does_it_later(
    clients, gates, calls, make_caller, events
):
    clients.start()
    caller = make_caller(idempotency_key=uuid.uuid4().hex)
    gates["database"].shut()
    with pytest.raises(ServiceProblem) as refusal:
        create(calls, caller, seconds=6)
    assert refusal.value.code == "unavailable"
    gates["database"].open()
    wait_until(clients.ready, "the process to be ready again", seconds=20)
    create(calls, caller, seconds=6)
    wait_until(lambda: events(outbox.c.published_at.is_not(None)) == 1, "its event to leave", seconds=20)
    assert events() == 1
