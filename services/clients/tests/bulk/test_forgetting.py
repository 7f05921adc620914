"""What an undo would need is forgotten after 30 days, and what was forgotten is never acted on."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, or_, select, update

from services.clients.commands.bulk import work_off
from services.clients.commands.bulk.open import pause_bulk_job, resume_bulk_job
from services.clients.commands.bulk.work_off import bulk_step
from services.clients.models import BulkJob, BulkJobRow, Client, ClientTag, Note
from services.clients.queries.bulk_jobs import get_bulk_job
from services.clients.tests.bulk.conftest import no_billing
from tests.support.outbox_helpers import refusal_of

CHANGED = ("changed", "", "")
FORGOTTEN = ("refused", "forgotten", "What an undo of it needs is not kept any more.")
STOPPED = ("refused", "stopped", "The job was paused until 30 days after its start.")


FORGETS = "UPDATE bulk_job_rows SET undoes=NULL"


class BillingDouble:
    """Billing that moves a service of each client that it is asked for."""

    def __init__(self):
        self.asked = []

    def change_services(self, act, rows, reason, actor):
        return self.dry_run(act, rows)

    def dry_run(self, act, rows):
        self.asked += [row.client_id for row in rows]
        moved = {"result": "changed", "code": "", "reason": "", "kept": {"batch_id": "1"}, "services": 1}
        return {str(row.client_id): {**moved, "monthly": None} for row in rows}


@pytest.fixture
def ids(make_client, monkeypatch) -> list[str]:
    """Four clients, worked off two at a time."""
    monkeypatch.setattr(work_off, "ROWS_A_BATCH", 2)
    monkeypatch.setattr(work_off, "SERVICE_ROWS_A_BATCH", 2)
    return sorted(str(make_client()) for _ in range(4))


@pytest.fixture
def undo_half_way(bulk, session, ids, vip) -> str:
    """An undo that has been through two of its four clients, one of whom had changed since."""
    job_id = bulk.run("add_tag", {"tag_id": vip}, ids)
    bulk.run("remove_tag", {"tag_id": vip}, ids[:1])
    undo_id = bulk.undo(job_id)
    bulk_step(session, no_billing)
    assert [result[0] for result in in_order(bulk, undo_id)] == ["refused", "changed", "waiting", "waiting"]
    return undo_id


def in_order(bulk, job_id: str) -> list[tuple]:
    """(result, code, reason) of a job's rows, in the order of their clients."""
    return [result for _, result in sorted(bulk.results(job_id).items())]


def grow_old(session) -> None:
    """Let 30 days go by for all jobs that there are."""
    session.execute(update(BulkJob).values(started_at=func.now() - timedelta(days=30, minutes=1)))
    session.commit()


def held(session) -> set[str]:
    """The states of the rows that hold old values still."""
    session.rollback()
    values = or_(BulkJobRow.kept.is_not(None), BulkJobRow.undoes.is_not(None))
    return set(session.scalars(select(BulkJobRow.status).where(values)))


def tagged(session) -> set[str]:
    session.rollback()
    return set(map(str, session.scalars(select(ClientTag.client_id))))


def start_another(bulk, ids) -> None:
    bulk.start("set_status", {"status": "active", "reason": "Paid"}, ids[:1])


def test_rows_of_an_undo_are_forgotten_however_they_ended(bulk, session, ids, undo_half_way):
    bulk.work()
    grow_old(session)
    assert held(session) == {"changed", "refused"}
    start_another(bulk, ids)
    assert held(session) == set()


def test_the_rows_of_a_job_are_forgotten_once_and_not_read_again(bulk, session, ids, vip, statements):
    bulk.run("add_tag", {"tag_id": vip}, ids)
    start_another(bulk, ids)
    assert not any(FORGETS in one for one in statements)
    bulk.work()
    grow_old(session)
    start_another(bulk, ids)
    assert sum(FORGETS in one for one in statements) == 1
    start_another(bulk, ids)
    assert sum(FORGETS in one for one in statements) == 1 and held(session) == set()


def test_an_undo_that_runs_keeps_what_its_waiting_rows_need(bulk, session, ids, undo_half_way):
    grow_old(session)
    start_another(bulk, ids)
    assert held(session) == {"waiting"}
    bulk.work()
    assert in_order(bulk, undo_half_way)[2:] == [CHANGED, CHANGED]
    assert tagged(session) == set()


def test_a_paused_undo_is_stopped_and_can_no_longer_go_on(bulk, session, ids, undo_half_way):
    pause_bulk_job(bulk.open_uow, job_id=UUID(undo_half_way))
    grow_old(session)
    start_another(bulk, ids)
    assert held(session) == set()
    assert refusal_of(lambda: resume_bulk_job(bulk.open_uow, job_id=UUID(undo_half_way))).code == "invalid-state"
    bulk.work()
    assert in_order(bulk, undo_half_way)[2:] == [STOPPED, STOPPED]
    assert get_bulk_job(session, UUID(undo_half_way))["finished_at"] is not None
    assert tagged(session) == set(ids[2:])


def test_a_paused_job_is_stopped_only_once_none_of_its_rows_is_under_way(bulk, session, ids, undo_half_way):
    pause_bulk_job(bulk.open_uow, job_id=UUID(undo_half_way))
    sent = (BulkJobRow.job_id == UUID(undo_half_way), BulkJobRow.client_id == UUID(ids[2]))
    session.execute(update(BulkJobRow).where(*sent).values(status="sent"))
    grow_old(session)
    start_another(bulk, ids)
    assert held(session) == {"waiting", "sent"}
    assert get_bulk_job(session, UUID(undo_half_way))["status"] == "paused"


@pytest.mark.parametrize("act", ["add_tag", "set_group", "set_status", "add_note", "suspend_services"])
def test_a_row_of_an_undo_without_what_it_undoes_is_refused_and_its_client_left(bulk, session, ids, vip, retail, act):
    arguments = {
        "add_tag": {"tag_id": vip},
        "set_group": {"group_id": retail},
        "set_status": {"status": "suspended", "reason": "Abuse"},
        "add_note": {"body": "Called", "sticky": False},
        "suspend_services": {"reason": "Abuse"},
    }[act]
    bulk.billing = BillingDouble()
    undo_id = bulk.undo(bulk.run(act, arguments, ids))
    lost = (BulkJobRow.job_id == UUID(undo_id), BulkJobRow.client_id == UUID(ids[0]))
    session.execute(update(BulkJobRow).where(*lost).values(undoes=None))
    session.commit()
    bulk.billing.asked, before = [], everything(session, ids[0])
    expected = {ids[0]: FORGOTTEN, **dict.fromkeys(ids[1:], CHANGED)}
    assert bulk.planned_undo_of(undo_id) == expected
    bulk.work()
    assert bulk.results(undo_id) == expected
    assert UUID(ids[0]) not in bulk.billing.asked and everything(session, ids[0]) == before


def everything(session, client_id: str) -> tuple:
    """What acts may change of a client."""
    session.rollback()
    row = session.execute(select(Client.status, Client.group_id).where(Client.id == UUID(client_id))).one()
    notes = session.scalar(select(func.count()).where(Note.client_id == UUID(client_id)))
    return (*row, client_id in tagged(session), notes)
