"""Suspend All Services of two hundred, its process killed at each named point: all or none, one event each, one
batch."""

import uuid
from collections import Counter
from dataclasses import replace

import pytest
from nameko.containers import ServiceContainer
from sqlalchemy import create_engine, insert, text

from chassis.db.engine import driver_url
from chassis.errors import ServiceProblem
from chassis.process.runtime import container_config
from chassis.rpc.client import with_deadline
from chassis.settings import Settings
from chassis.testing.plugin import Front, calls_of, wait_until
from chassis.testing.virtual_host import virtual_host
from services.billing.models import BillingAccount, Subscription
from tests.support.service_processes import ServiceProcess

pytestmark = pytest.mark.faults

SERVICES = 200
BEFORE = ("write.after_claim", "write.before_commit")
AFTER = ("write.after_commit", "relay.after_publish")
LOGGED = (
    "SELECT type, count(*), count(DISTINCT facts -> 'entity' ->> 'id') FROM entries "
    "WHERE chain = :client AND cause = :request GROUP BY type"
)


class Suspending:
    """Billing and the log as processes, and a caller of billing."""

    def __init__(self, databases, uri, keys_dir, logs):
        self.engines, self.processes = {}, {}
        for name in ("billing", "audit"):
            databases(name).empty()
            self.engines[name] = create_engine(driver_url(databases(name).superuser_url))
            self.processes[name] = ServiceProcess(databases(name), uri, keys_dir, logs / f"{name}.log")
        self.front = ServiceContainer(
            Front,
            container_config(
                Settings(amqp_uri=uri, signing_key_file=keys_dir / "gateway.key", trusted_keys_dir=keys_dir)
            ),
        )
        self.front.start()
        self.calls = calls_of(self.front)

    def stock(self) -> str:
        """A client with SERVICES active services."""
        client = uuid.uuid4()
        one = {
            "client_id": client,
            "product": "Cloud VPS 4",
            "billing_cycle": "monthly",
            "currency": "EUR",
            "price_minor": 1000,
            "status": "active",
            "created_at": "2026-11-01T12:00:00Z",
        }
        with self.engines["billing"].begin() as connection:
            connection.execute(insert(BillingAccount).values(client_id=client, currency="EUR"))
            connection.execute(insert(Subscription), [{"id": uuid.uuid4(), **one} for _ in range(SERVICES)])
        return str(client)

    def suspend_all(self, caller, client: str) -> dict | None:
        """Ask for it; None when nothing definite was answered."""
        try:
            return self.calls.call(
                replace(with_deadline(caller, 10), client_id=client),
                "billing.suspend_all_subscriptions",
                seconds=5,
                writes=True,
                client_id=client,
                reason="Unpaid",
            )
        except ServiceProblem as problem:
            assert problem.code in ("unavailable", "outcome-unknown"), problem
            return None

    def rows(self, service: str, statement: str, **values) -> list[tuple]:
        """What a statement gives."""
        with self.engines[service].connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def end(self) -> None:
        """End the processes and everything that talks to them."""
        for process in self.processes.values():
            process.stop(kill=True)
        self.front.stop()
        for engine in self.engines.values():
            engine.dispose()


@pytest.fixture(scope="module")
def suspending(databases, keys_dir, tmp_path_factory):
    with virtual_host() as uri:
        running = Suspending(databases, uri, keys_dir, tmp_path_factory.mktemp("logs"))
        running.processes["audit"].start()
        yield running
        running.end()


@pytest.mark.parametrize("point", BEFORE + AFTER)
def test_a_kill_leaves_all_or_none_suspended_and_the_retry_records_it_once(suspending, make_caller, point):
    client, caller = suspending.stock(), make_caller(idempotency_key=uuid.uuid4().hex)
    billing = suspending.processes["billing"]
    billing.stop(kill=True)
    billing.start(crash_at=point)
    first = suspending.suspend_all(caller, client)
    assert billing.await_death() == -9
    states = Counter(
        status
        for (status,) in suspending.rows(
            "billing", "SELECT status FROM subscriptions WHERE client_id = :client", client=client
        )
    )
    assert states == {"active": SERVICES} if point in BEFORE else {"suspended": SERVICES}
    billing.start()
    answer = wait_until(lambda: suspending.suspend_all(caller, client), "an answer", seconds=30)
    assert answer["suspended"] == SERVICES and first in (None, answer)
    wanted = [("subscription.suspended.v1", SERVICES, SERVICES), ("suspension_batch.made.v1", 1, 1)]
    wait_until(
        lambda: sorted(suspending.rows("audit", LOGGED, client=client, request=caller.request_id)) == wanted,
        "the log to have each event once",
        seconds=30,
    )
    assert suspending.rows(
        "billing", "SELECT id::text, suspended FROM suspension_batches WHERE client_id = :client", client=client
    ) == [(answer["batch_id"], SERVICES)]
