"""A bulk job whose process, or billing's, is killed at each named point: it goes on, and each client is changed once."""

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, insert, text
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.events.unit_of_work import RequestUnitOfWork
from chassis.testing.plugin import wait_until
from chassis.testing.virtual_host import virtual_host
from chassis.types.ids import new_id
from services.billing.models import BillingAccount, Subscription
from services.clients.commands.bulk.open import start_bulk_job
from services.clients.commands.identity.staff import create_staff, find_staff
from services.clients.commands.records.clients import NewClient, add_clients
from services.clients.models import Tag
from services.clients.profile_fields import PROFILE_FIELDS
from tests.support.service_processes import ServiceProcess

pytestmark = pytest.mark.faults

CLIENTS = 250  # more than one batch of either kind
NOTHING = {field.name: False if field.kind == "flag" else "" for field in PROFILE_FIELDS}
EVENTS = """
    SELECT type, count(*), count(DISTINCT stream) FROM outbox
    WHERE body ->> 'cause' = :job AND stream <> 'system' GROUP BY type
"""


class Working:
    """Clients and billing as processes on their databases, and whoever starts jobs."""

    def __init__(self, databases, uri, keys_dir, logs, make_caller):
        self.engines, self.processes = {}, {}
        for name in ("clients", "billing"):
            databases(name).empty()
            self.engines[name] = create_engine(driver_url(databases(name).superuser_url))
            self.processes[name] = ServiceProcess(databases(name), uri, keys_dir, logs / f"{name}.log")
        self.session = Session(self.engines["clients"], expire_on_commit=False)
        self.make_caller = make_caller
        create_staff(self.opener(), email="ada@example.com", name="Ada", role="super_admin", password="correct horse")
        self.staff = find_staff(self.session, "ada@example.com")
        self.session.commit()

    def opener(self, **who) -> RequestUnitOfWork:
        return RequestUnitOfWork(self.session, "clients", self.make_caller(**who), "test", {})

    def stock(self) -> list[uuid.UUID]:
        """CLIENTS clients, each with an active service."""
        people = [{**NOTHING, "first_name": "Ann", "last_name": "Lee", "email": "a@example.com"}] * CLIENTS
        made = [NewClient(profile, "EUR") for profile in people]
        add_clients(self.session, made)
        self.session.commit()
        one = {
            "product": "Cloud VPS 4",
            "billing_cycle": "monthly",
            "currency": "EUR",
            "price_minor": 1000,
            "status": "active",
            "created_at": "2026-11-01T12:00:00Z",
        }
        with self.engines["billing"].begin() as connection:
            accounts = [{"client_id": new.id, "currency": "EUR"} for new in made]
            connection.execute(insert(BillingAccount), accounts)
            connection.execute(insert(Subscription), [{"id": uuid.uuid4(), "client_id": new.id, **one} for new in made])
        return [new.id for new in made]

    def start(self, act: str, arguments: dict, ids: list[uuid.UUID]) -> str:
        selection = {"ids": ids, "query": None}
        opener = self.opener(id=str(self.staff.id))
        about = {"selection": selection, "expected": None, "now": datetime.now(UTC)}
        return start_bulk_job(opener, act=act, arguments=arguments, **about)["job"]["id"]

    def rows(self, service: str, statement: str, **values) -> list[tuple]:
        with self.engines[service].connect() as connection:
            return sorted(tuple(row) for row in connection.execute(text(statement), values))

    def through(self, job_id: str) -> None:
        """Wait for the job's end; each of its rows is changed."""
        status = "SELECT status FROM bulk_jobs WHERE id = CAST(:job AS uuid)"
        wait_until(lambda: self.rows("clients", status, job=job_id) == [("done",)], "the job's end", seconds=60)
        results = "SELECT status, count(*) FROM bulk_job_rows WHERE job_id = CAST(:job AS uuid) GROUP BY status"
        assert self.rows("clients", results, job=job_id) == [("changed", CLIENTS)]

    def kill(self, name: str, point: str) -> None:
        """Start both, `name` to crash at `point`; wait for that, and start it again."""
        for process in self.processes.values():
            process.stop(kill=True)
        for other in sorted(self.processes, key=lambda one: one == name):
            self.processes[other].start(crash_at=point if other == name else None)
        assert self.processes[name].await_death() == -9
        self.processes[name].start()

    def end(self) -> None:
        for process in self.processes.values():
            process.stop(kill=True)
        self.session.close()
        for engine in self.engines.values():
            engine.dispose()


@pytest.fixture
def working(databases, keys_dir, tmp_path, make_caller):
    with virtual_host() as uri:
        running = Working(databases, uri, keys_dir, tmp_path, make_caller)
        yield running
        running.end()


@pytest.mark.parametrize("point", ["write.before_commit", "write.after_commit"])
def test_an_act_of_the_clients_service_is_done_once_for_each_client(working, point):
    tag_id = new_id()
    working.session.add(Tag(id=tag_id, name="VIP", colour="#4263eb"))
    working.session.commit()
    job_id = working.start("add_tag", {"tag_id": str(tag_id)}, working.stock())
    working.kill("clients", point)
    working.through(job_id)
    assert working.rows("clients", "SELECT count(*) FROM client_tags") == [(CLIENTS,)]
    assert working.rows("clients", EVENTS, job=job_id) == [("client.tags_changed.v1", CLIENTS, CLIENTS)]


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("clients", "write.after_commit"),
        ("clients", "call.after_answer"),  # as before its commit: billing has done it, and nothing of that is written
        ("billing", "write.before_commit"),
        ("billing", "write.after_commit"),
        ("billing", "answer.after_send"),
    ],
)
def test_an_act_of_billing_is_done_once_for_each_client(working, name, point):
    job_id = working.start("suspend_services", {"reason": "Unpaid"}, working.stock())
    working.kill(name, point)
    working.through(job_id)
    states = "SELECT status, count(*) FROM subscriptions GROUP BY status"
    assert working.rows("billing", states) == [("suspended", CLIENTS)]
    assert working.rows("billing", "SELECT count(*), sum(suspended) FROM suspension_batches") == [(CLIENTS, CLIENTS)]
    assert working.rows("billing", EVENTS, job=job_id) == [
        ("subscription.suspended.v1", CLIENTS, CLIENTS),
        ("suspension_batch.made.v1", CLIENTS, CLIENTS),
    ]
