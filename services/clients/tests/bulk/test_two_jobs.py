"""Two that work off jobs over the same clients, and people who change these meanwhile: nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.db.engine import make_engine
from chassis.db.faults import is_transient
from services.clients.commands.bulk import work_off
from services.clients.commands.bulk.work_off import bulk_step
from services.clients.commands.records.custom_fields import update_custom_field
from services.clients.commands.records.profile import set_client_tags
from services.clients.models import BulkJob, ClientTag
from services.clients.tests.bulk.conftest import no_billing
from services.clients.tests.conftest import FreshUnitOfWork
from tests.support.outbox_helpers import events_of

ROWS = 60


@pytest.fixture
def sessions(databases, session):
    """`sessions()`: another session on the test's database."""
    engine, opened = make_engine(databases("clients").app_url, pool_size=5), []

    def another() -> Session:
        opened.append(Session(engine, expire_on_commit=False, autoflush=False))
        return opened[-1]

    yield another
    for one in opened:
        one.close()
    engine.dispose()


def test_two_workers_and_a_person_get_through_the_same_clients(
    bulk, session, sessions, make_client, make_caller, vip, plan_field, monkeypatch
):
    monkeypatch.setattr(work_off, "ROWS_A_BATCH", 7)
    ids = [str(make_client()) for _ in range(ROWS)]
    bulk.start("add_tag", {"tag_id": vip}, ids)
    bulk.start("set_custom_field", {"field_id": plan_field, "value": "Gold"}, reversed(ids))

    def work() -> list[BaseException]:
        own, faults = sessions(), []
        while True:
            try:
                if not bulk_step(own, no_billing):
                    return faults
            except Exception as error:
                own.rollback()
                faults.append(error)

    def person() -> list[BaseException]:
        opener = FreshUnitOfWork(sessions(), "clients", make_caller(), "test", {})
        for client_id in reversed(ids):
            set_client_tags(opener, client_id=UUID(client_id), tags=[UUID(vip)])
        update_custom_field(opener, field_id=UUID(plan_field), required=True)
        return []

    with ThreadPoolExecutor(3) as pool:
        faults = [error for done in [pool.submit(one) for one in (work, work, person)] for error in done.result(60)]
    assert [error for error in faults if not is_transient(error)] == []
    assert not any("deadlock" in str(error) for error in faults)
    assert set(session.scalars(select(BulkJob.status))) == {"done"}
    assert session.scalar(select(func.count()).select_from(ClientTag)) == ROWS
    for client_id in ids:
        published = events_of(session, client_id)
        assert sorted(event["type"] for event in published) == [
            "client.custom_fields_changed.v1",
            "client.tags_changed.v1",
        ]
        assert [event["sequence"] for event in published] == [1, 2]
