"""Bulk jobs, worked off: the rows of those that run go through by batches, each a transaction, the jobs in turn.

A kill leaves each batch either wholly done or still waiting, so the next step, here or in another replica, goes on from
there. A batch that the database refuses is done again row by row, and a row that fails alone has failed. Rows whose act
is billing's are marked `sent` before they are: those that are so after a kill are sent again, and billing answers for each
key what it answered before.
"""

import time
from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import Row, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.db.faults import is_transient
from chassis.events.batch_of_work import BatchOfWork
from chassis.events.event import SYSTEM
from chassis.events.unit_of_work import commit, nested_unit_of_work
from chassis.logs import get_logger
from services.clients import rules
from services.clients.billing_rpc_client import Billing
from services.clients.commands.bulk.acts import SERVICE_ACTS, SETTING_ACTS, permission_of
from services.clients.commands.bulk.outcomes import INTERNAL, Item, Outcome, forbidden
from services.clients.events import BulkJobEnded
from services.clients.models import BulkJob, BulkJobRow
from services.clients.queries.bulk_jobs import get_bulk_job
from services.clients.queries.identity import permissions_now

ROWS_A_BATCH = 200
SERVICE_ROWS_A_BATCH = 100
SECONDS_A_BATCH = 30

log = get_logger(__name__)
jobs, rows = BulkJob.__table__, BulkJobRow.__table__

RECORD = text("""
    UPDATE bulk_job_rows SET status = given.result, code = given.code, reason = given.reason, kept = given.kept,
                             services = given.services, done_at = clock_timestamp()
    FROM jsonb_to_recordset(:given) AS given (client_id uuid, result text, code text, reason text, kept jsonb,
                                              services integer)
    WHERE job_id = :job_id AND bulk_job_rows.client_id = given.client_id AND status IN ('waiting', 'sent')
""").bindparams(bindparam("given", type_=JSONB))


def bulk_step(session: Session, billing_for: Callable[[str], Billing]) -> bool:
    """Do a batch of the job whose turn it is; whether there was one. `billing_for(cause)` is billing, called for a
    job."""
    job = _next_job(session)
    if job is None:
        return False
    if job.act in SERVICE_ACTS:
        _send(session, job, billing_for)
    else:
        due = _due(session, job, "waiting", ROWS_A_BATCH)
        session.rollback()
        if due:
            _work_off(session, job, [item.client_id for item in due])
        else:
            _end(session, job)
    return True


def _next_job(session: Session) -> Row | None:
    """The job that has waited longest for its turn: one that runs, or was paused while rows of it were sent."""
    has_sent = select(rows.c.client_id).where(rows.c.job_id == jobs.c.id, rows.c.status == "sent").exists()
    job = session.execute(
        select(jobs)
        .where(or_(jobs.c.status == "running", (jobs.c.status == "paused") & has_sent))
        .order_by(jobs.c.stepped_at.asc().nulls_first(), jobs.c.id)
        .limit(1)
    ).one_or_none()
    session.rollback()
    return job


def _due(session: Session, job: Row, status: str, limit: int) -> list[Item]:
    wanted = select(rows.c.client_id, rows.c.undoes).where(rows.c.job_id == job.id, rows.c.status == status)
    return [Item(*row) for row in session.execute(wanted.order_by(rows.c.client_id).limit(limit))]


def _work_off(session: Session, job: Row, client_ids: list[UUID]) -> None:
    """Do these rows in one transaction, or each in one of its own when that fails."""
    try:
        _do(session, job, client_ids)
    except Exception as error:
        session.rollback()
        if is_transient(error):
            raise
        if len(client_ids) > 1:
            for client_id in client_ids:
                _work_off(session, job, [client_id])
            return
        log.error("a row of a bulk job failed", job=str(job.id), client=str(client_ids[0]), exc_info=error)
        _finish(session, job, {client_ids[0]: INTERNAL})


def _do(session: Session, job: Row, client_ids: list[UUID]) -> None:
    if not _hold(session, job):
        session.rollback()
        return
    batch = BatchOfWork(session, "clients", caller_of(job), client_ids)
    wanted = set(client_ids)
    items = [item for item in _due(session, job, "waiting", ROWS_A_BATCH) if item.client_id in wanted]
    if _may(session, job):
        act = SETTING_ACTS[job.act](session, job.arguments, undone=job.undoes is not None)
        outcomes = act.plan(items)
        if written := {id: one for id, one in outcomes.items() if one.result == "changed"}:
            act.write(batch, written)
        batch.flush()
    else:
        outcomes = _forbidden(job, items)
    _finish(session, job, outcomes)


def _send(session: Session, job: Row, billing_for: Callable[[str], Billing]) -> None:
    """Let billing do the next rows, or once more those that it was sent already."""
    items = _due(session, job, "sent", SERVICE_ROWS_A_BATCH) or _mark_sent(session, job)
    session.execute(update(jobs).where(jobs.c.id == job.id).values(stepped_at=func.clock_timestamp()))
    commit(session)
    if items:
        undone = job.undoes is not None
        act = SERVICE_ACTS[job.act](session, job.arguments, billing_for(str(job.id)), undone=undone)
        _finish(session, job, act.carry_out(items, job.actor))
    else:
        _end(session, job)


def _mark_sent(session: Session, job: Row) -> list[Item]:
    """The next rows that wait, marked as sent; without the right to, they are refused and none is sent."""
    items = _due(session, job, "waiting", SERVICE_ROWS_A_BATCH) if _hold(session, job) else []
    if items and not _may(session, job):
        _record(session, job, _forbidden(job, items))
        return []
    ids = [item.client_id for item in items]
    session.execute(update(rows).where(rows.c.job_id == job.id, rows.c.client_id.in_(ids)).values(status="sent"))
    return items


def _forbidden(job: Row, items: list[Item]) -> dict[UUID, Outcome]:
    return {item.client_id: forbidden(job.actor["name"]) for item in items}


def _finish(session: Session, job: Row, outcomes: Mapping[UUID, Outcome]) -> None:
    _record(session, job, outcomes)
    commit(session)


def _hold(session: Session, job: Row) -> bool:
    """Hold the job against a pause until the transaction ends, and end its turn; whether it runs still."""
    running = session.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.status == "running")
        .values(stepped_at=func.clock_timestamp())
        .returning(jobs.c.id)
    ).first()
    return running is not None


def _may(session: Session, job: Row) -> bool:
    """Whether who started the job may do its act still, and to many."""
    scope = None if job.permissions == ["*"] else job.permissions
    held = rules.within(permissions_now(session, UUID(job.actor["id"])), scope)
    return rules.holds_all(held, ["clients.bulk", str(permission_of(job.act))])


def _record(session: Session, job: Row, outcomes: Mapping[UUID, Outcome]) -> None:
    given = [
        {
            "client_id": str(client_id),
            "result": one.result,
            "code": one.code,
            "reason": one.reason,
            "kept": one.kept,
            "services": one.services,
        }
        for client_id, one in outcomes.items()
    ]
    session.execute(RECORD, {"job_id": job.id, "given": given})


def _end(session: Session, job: Row) -> None:
    """End the job, unless a row waits still. Like those who pause it, it takes the stream first, the job afterwards."""
    with nested_unit_of_work(session, "clients", caller_of(job), SYSTEM) as uow:
        if _hold(session, job) and not _left(session, job):
            ended = {"status": "done", "finished_at": func.clock_timestamp()}
            session.execute(update(jobs).where(jobs.c.id == job.id).values(**ended))
            counts = get_bulk_job(session, job.id)["counts"]
            results = {result: counts[result] for result in ("changed", "unchanged", "refused", "failed")}
            facts = {"number": rules.bulk_job_number(job.number), "act": job.act, **results}
            uow.publish(BulkJobEnded(entity=("bulk_job", job.id), facts=facts))
    commit(session)


def _left(session: Session, job: Row) -> bool:
    return bool(_due(session, job, "waiting", 1) or _due(session, job, "sent", 1))


def caller_of(job: Row) -> Caller:
    """Whoever started the job: what it changes is theirs, and the job is the cause."""
    return Caller(**job.actor, request_id=str(job.id), deadline=time.time() + SECONDS_A_BATCH)
