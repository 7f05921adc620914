"""The first thread, end to end in real processes: create client → outbox → relay → audit entry → shown; killed at each
arrow.

The oracle is a journal kept here: which commands were answered, and with which client. A command without an answer is
asked again under its key, as any caller would. Then sets are compared: what was answered, what is committed, what is in
the log.
"""

import os
import time
import uuid
from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from nameko.containers import ServiceContainer
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db.engine import make_engine
from chassis.db.migrations import migrate
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.process.runtime import container_config
from chassis.rpc.client import with_deadline
from chassis.settings import Settings
from chassis.testing.plugin import Front, ServiceDatabase, calls_of, wait_until
from chassis.testing.virtual_host import virtual_host
from services.audit.chains import verify_chain
from services.audit.models import Entry
from tests.support.service_processes import ServiceProcess

COMMANDS = 3
POINTS = {
    "clients": (
        "write.after_claim",
        "write.before_commit",
        "write.after_commit",
        "answer.after_send",
        "relay.before_publish",
        "relay.after_publish",
        "relay.after_mark",
    ),
    "audit": ("listen.before_commit", "listen.after_commit", "listen.after_ack"),
}
ANSWER_SECONDS = 1.5


class Thread:
    """The clients and the audit service as processes of their own, and what a test asks of them."""

    def __init__(self, databases: dict, amqp_uri: str, keys_dir, logs):
        self.engines = {name: make_engine(database.app_url, pool_size=2) for name, database in databases.items()}
        self.processes = {
            name: ServiceProcess(database, amqp_uri, keys_dir, logs / f"{name}.log")
            for name, database in databases.items()
        }
        self.front = ServiceContainer(
            Front,
            container_config(
                Settings(amqp_uri=amqp_uri, signing_key_file=keys_dir / "gateway.key", trusted_keys_dir=keys_dir)
            ),
        )
        self.front.start()
        self.calls = calls_of(self.front)
        self.answered: set[str] = set()
        self.report: list[str] = []

    def create(self, caller, body: dict) -> str | None:
        """Ask for a client under the caller's key; its id, or None without an answer."""
        try:
            who = with_deadline(caller, 60)
            answer = self.calls.call(who, "clients.create_client", seconds=ANSWER_SECONDS, writes=True, **body)
            self.answered.add(answer["id"])
            return answer["id"]
        except ServiceProblem as problem:
            assert problem.code in ("unavailable", "outcome-unknown"), problem
            return None

    def committed(self) -> list:
        """(event_id, stream, sequence, type) of each event that the clients service has committed, in order."""
        with Session(self.engines["clients"]) as session:
            columns = (outbox.c.event_id, outbox.c.stream, outbox.c.sequence, outbox.c.type)
            return [tuple(row) for row in session.execute(select(*columns).order_by(outbox.c.id))]

    def logged(self) -> list:
        """(event_id, stream, sequence, type) of each entry of the log, in order of arrival."""
        with Session(self.engines["audit"]) as session:
            columns = (Entry.event_id, Entry.chain, Entry.sequence, Entry.type)
            return [
                tuple(row)
                for row in session.execute(select(*columns).order_by(Entry.received_at, Entry.chain, Entry.seq))
            ]

    def whole_log(self, chain: str) -> list:
        """The rows of a chain from its first on."""
        with Session(self.engines["audit"]) as session:
            table = Entry.__table__
            return session.execute(select(table).where(table.c.chain == chain).order_by(table.c.seq)).mappings().all()

    def activity(self, caller, client_id: str) -> dict:
        """What the audit service shows of a client."""
        who = replace(with_deadline(caller, 10), client_id=client_id)
        return self.calls.call(who, "audit.list_activity", seconds=5, client_id=client_id)

    def end(self) -> None:
        """End the processes and everything that talks to them."""
        for process in self.processes.values():
            process.stop()
        self.front.stop()
        for engine in self.engines.values():
            engine.dispose()


@pytest.fixture(scope="module")
def thread(keys_dir, tmp_path_factory, request):
    """Both services running on databases and a virtual host of their own."""
    databases = {name: ServiceDatabase(name, f"test_thread_{name}_{os.getpid()}") for name in ("clients", "audit")}
    for name, database in databases.items():
        database.create()
        migrate(name, database.owner_url)
    with virtual_host() as uri:
        running = Thread(databases, uri, keys_dir, tmp_path_factory.mktemp("logs"))
        try:
            for process in running.processes.values():
                process.start(wait=False)
            for process in running.processes.values():
                wait_until(process.ready, f"{process.name} to be ready", seconds=30)
            yield running
        finally:
            running.end()
            for database in databases.values():
                database.drop()
    _print_report(request, running.report)


def _print_report(request, report: list[str]) -> None:
    if report:
        with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
            heads = ("killed at", "process", "commands", "events", "lost", "doubled", "disordered", "recovered")
            print("", row_of(*heads), *report, sep="\n")


def row_of(*cells) -> str:
    """A line of the report."""
    return "{:22}{:>9}{:>10}{:>8}{:>6}{:>9}{:>12}{:>11}".format(*cells)


@pytest.fixture
def caller(make_caller):
    """`caller()`: staff with a fresh idempotency key."""
    return lambda: make_caller(idempotency_key=uuid.uuid4().hex)


def new_body() -> dict:
    """What `create_client` takes. Nothing but its key keeps it from taking effect twice."""
    return {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.com",
        "currency": "EUR",
        "allow_duplicate_email": True,
    }


def test_a_new_client_is_shown_in_its_log_within_a_second_of_its_commit(thread, caller):
    who = caller()
    client_id = thread.create(who, new_body())
    answered = time.monotonic()
    (row,) = wait_until(lambda: thread.activity(who, client_id)["data"], "the entry to be shown", seconds=5)
    waited = time.monotonic() - answered
    assert waited < 1
    assert (row["type"], row["category"], row["seq"]) == ("client.created.v1", "Clients", 1)
    assert row["action"] == "created the client"
    assert (row["actor"]["name"], row["ip"], row["cause"]) == ("Ada Staff", "192.0.2.7", who.request_id)
    assert row["entity"] == {"type": "client", "id": client_id}


def test_what_happened_while_audit_was_away_is_in_the_log_within_a_second_of_its_return(thread, caller):
    thread.processes["audit"].stop(kill=True)
    clients = [thread.create(caller(), new_body()) for _ in range(5)]
    thread.processes["audit"].start()
    ready = time.monotonic()
    wait_until(lambda: set(clients) <= {chain for _, chain, _, _ in thread.logged()}, "the five entries", seconds=10)
    assert time.monotonic() - ready < 1


@pytest.mark.faults
@pytest.mark.parametrize("name, point", [(name, point) for name, points in POINTS.items() for point in points])
def test_a_kill_loses_nothing_and_doubles_nothing(thread, caller, name, point):
    victim = thread.processes[name]
    victim.stop()
    victim.start(crash_at=point)
    commands = [(caller(), new_body()) for _ in range(COMMANDS)]
    first = thread.create(*commands[0])
    assert victim.await_death() == -9
    killed = time.monotonic()
    victim.start()
    journal = {
        who.idempotency_key: wait_until(partial(thread.create, who, body), "an answer", seconds=20)
        for who, body in commands
    }
    assert first in (None, journal[commands[0][0].idempotency_key])
    compare(thread, point, victim.name, journal, killed)


def compare(thread: Thread, point: str, killed_process: str, journal: dict[str, str], killed: float) -> None:
    """Wait until the log has what was committed, then count what is missing, doubled or out of order."""
    wait_until(lambda: len(thread.logged()) >= len(thread.committed()), "the log to be complete", seconds=20)
    recovered = time.monotonic() - killed
    committed, logged = thread.committed(), thread.logged()
    created = Counter(stream for _, stream, _, type_ in committed if type_ == "client.created.v1")
    lost = (thread.answered - set(created)) | (set(committed) - set(logged))
    doubled = [
        key for counted in (Counter(logged), Counter(committed), created) for key, times in counted.items() if times > 1
    ]
    doubled += set(created) - thread.answered
    chains = {chain: [entry for entry in logged if entry[1] == chain] for _, chain, _, _ in logged}
    disordered = [
        chain for chain, entries in chains.items() if entries != [event for event in committed if event[1] == chain]
    ]
    thread.report.append(
        row_of(
            point,
            killed_process,
            len(journal),
            len(committed),
            len(lost),
            len(doubled),
            len(disordered),
            f"{recovered:.1f} s",
        )
    )
    assert (lost, doubled, disordered) == (set(), [], [])
    assert len(set(journal.values())) == COMMANDS
    assert all(verify_chain(thread.whole_log(chain)).valid for chain in journal.values())
