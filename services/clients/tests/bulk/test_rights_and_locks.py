"""In which epoch bulk jobs publish, what a start leaves to others meanwhile, and who may see and steer them.

The last tests start the service, which works off jobs itself.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.db.engine import make_engine
from chassis.errors import ServiceProblem
from chassis.events.event import SYSTEM
from chassis.listings import patience
from chassis.testing.plugin import wait_until
from chassis.types.ids import new_id
from services.clients.commands.bulk.open import start_bulk_job
from services.clients.schemas.bulk_jobs import StartBulkJob
from services.clients.tests.bulk.conftest import NOW
from services.clients.tests.conftest import FreshUnitOfWork
from tests.support.outbox_helpers import events_of, in_epoch

JOB = {"job_id": str(new_id())}
NOTE = {"act": "add_note", "arguments": {"body": "Called"}, "ids": [str(new_id())]}


def test_a_job_publishes_in_the_epoch_that_it_is(bulk, session, make_client, vip, databases):
    ids = [str(make_client()) for _ in range(2)]
    with in_epoch(databases("clients"), 7):
        bulk.run("add_tag", {"tag_id": vip}, ids)
    published = [event for stream in (*ids, SYSTEM) for event in events_of(session, stream)]
    assert [(event["type"], event["epoch"]) for event in published if event["type"] != "staff.created.v1"] == [
        ("client.tags_changed.v1", 7),
        ("client.tags_changed.v1", 7),
        ("bulk_job.started.v1", 7),
        ("bulk_job.ended.v1", 7),
    ]


@pytest.fixture
def another(databases, session):
    """`another()`: one more session, which waits for locks as long as it takes."""
    engine, opened = make_engine(databases("clients").app_url, pool_size=5), []

    def make() -> Session:
        opened.append(Session(engine, expire_on_commit=False, autoflush=False))
        opened[-1].execute(text("SET lock_timeout = 0; SET statement_timeout = 0"))
        opened[-1].commit()
        return opened[-1]

    yield make
    for one in opened:
        one.close()
    engine.dispose()


def test_others_use_the_system_stream_while_a_start_selects(another, make_caller, make_client, vip, monkeypatch):
    monkeypatch.setattr(patience, "PAGE_SECONDS", 60.0)
    make_client(status="suspended")
    holder, starter, other = another(), another(), another()
    asked = StartBulkJob().load(
        {"act": "add_tag", "arguments": {"tag_id": vip}, "filter": "status = suspended", "expected": 1}
    )
    del asked["validate_only"]
    opener = FreshUnitOfWork(starter, "clients", make_caller(id=str(new_id())), "test", {})
    waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'clients'::regclass AND NOT granted"
    with ThreadPoolExecutor(1) as pool:
        try:
            holder.execute(text("LOCK TABLE clients IN ACCESS EXCLUSIVE MODE"))
            starting = pool.submit(start_bulk_job, opener, **asked, now=NOW)
            wait_until(lambda: holder.scalar(text(waiting)) == 1, "the selection to wait for the clients")
            with FreshUnitOfWork(other, "clients", make_caller(), "test", {})(SYSTEM) as uow:
                assert uow.stream == SYSTEM
            assert not starting.done()
        finally:
            holder.rollback()
        assert starting.result(60)["job"]["rows"] == 1


@pytest.mark.parametrize(
    ("rpc", "given"),
    [
        ("start_bulk_job", NOTE),
        ("start_bulk_job", {**NOTE, "validate_only": True}),
        ("get_bulk_job", JOB),
        ("list_bulk_jobs", {}),
        ("list_bulk_job_rows", JOB),
        ("pause_bulk_job", JOB),
        ("resume_bulk_job", JOB),
        ("undo_bulk_job", JOB),
        ("undo_bulk_job", {**JOB, "validate_only": True}),
    ],
)
def test_who_may_not_view_clients_gets_nothing_of_jobs(service, calls, make_caller, rpc, given):
    narrow = make_caller(permissions=("clients.bulk", "notes.create"))
    with pytest.raises(ServiceProblem) as refused:
        calls.call(narrow, f"clients.{rpc}", seconds=5, **given)
    assert (refused.value.code, refused.value.extra) == ("forbidden", {"permission": "clients.view"})
