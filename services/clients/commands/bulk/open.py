"""Bulk job: its start, its halt, and the start of its undo. `work_off` does the rows.

All go through the stream `system`, so of two at once the second sees the first.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, null, or_, select, text, update
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, not_found
from chassis.events.event import Event
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.process.jobs import wake_job
from chassis.types.ids import new_id
from services.clients import rules
from services.clients.billing_rpc_client import Billing
from services.clients.commands.bulk.acts import permission_of, require_possible
from services.clients.commands.bulk.dry_run import plan, report, selected_as_expected
from services.clients.commands.bulk.outcomes import Item
from services.clients.events import BulkJobPaused, BulkJobResumed, BulkJobStarted
from services.clients.models import BulkJob, BulkJobRow
from services.clients.queries.bulk_jobs import get_bulk_job

ROWS_A_STATEMENT = 1000
KEPT = timedelta(days=rules.BULK_DAYS)
ADD_ROWS = text("""
    INSERT INTO bulk_job_rows (job_id, client_id, status)
    SELECT :job_id, unnest(CAST(:client_ids AS uuid[])), 'waiting'
""")
ADD_UNDO_ROWS = text("""
    INSERT INTO bulk_job_rows (job_id, client_id, status, undoes)
    SELECT :job_id, client_id, 'waiting', kept FROM bulk_job_rows
    WHERE job_id = :undoes AND client_id = ANY(CAST(:client_ids AS uuid[]))
""")


def start_bulk_job(
    open_uow: UnitOfWorkOpener,
    *,
    act: str,
    arguments: dict,
    selection: Mapping[str, Any],
    expected: int | None,
    expected_digest: str | None = None,
    now: datetime,
) -> dict:
    """Let `act` begin on the clients of `selection` as they are now, in the name of the caller; answers it as `job`.

    Raises 422 for no client at all, for too many, and for arguments that no client can have; `list-changed` when the
    selection is not of `expected` clients, or not of those of `expected_digest`. What undos of jobs older than 30 days
    would need is forgotten.
    """
    # Before the stream is locked, on which sign-ins wait too; refused in it, for a repeat gets its first answer.
    client_ids, refusal = _selected(open_uow.session, selection, expected, expected_digest, now)
    with open_uow() as uow:
        require_possible(uow.session, act, arguments)
        if refusal is not None:
            raise refusal
        _forget(uow.session)
        query = selection["query"] and {name: value and str(value) for name, value in selection["query"].items()}
        job = _add_job(uow, act, arguments, {"query": query}, len(client_ids))
        _add_rows(uow, ADD_ROWS, client_ids, job_id=job.id)
        return uow.record_answer({"job": _started(uow, job), "dry_run": None})


def _selected(session: Session, *selected) -> tuple[list[UUID], ServiceProblem | None]:
    try:
        return selected_as_expected(session, *selected), None
    except ServiceProblem as problem:
        return [], problem


def dry_run_undo(session: Session, caller: Caller, billing: Billing, job_id: UUID) -> dict:
    """What an undo of the job by `caller` would come to now: `{"job": None, "dry_run"}`. Raises as the undo does."""
    job = session.get(BulkJob, job_id)
    if job is None:
        raise not_found()
    caller.require(permission_of(job.act))
    _require_undoable(session, job)
    wanted = select(BulkJobRow.client_id, BulkJobRow.kept)
    rows = session.execute(wanted.where(BulkJobRow.job_id == job_id, BulkJobRow.status == "changed")).all()
    items = [Item(row.client_id, row.kept) for row in rows]
    outcomes = plan(session, billing, job.act, job.arguments, items, undone=True)
    return {"job": None, "dry_run": report(session, outcomes)}


def undo_bulk_job(open_uow: UnitOfWorkOpener, *, job_id: UUID) -> dict:
    """Let the undo of a job begin, a job of its own, in the name of the caller; answers that as `job`.

    A job that is paused ends with it: its rows that wait are left. Raises not-found, and `invalid-state` for one that
    runs, that was undone before, that has changed nothing, or is older than 30 days.
    """
    with open_uow() as uow:
        job = _held(uow.session, job_id)
        uow.caller.require(permission_of(job.act))
        _require_undoable(uow.session, job)
        if job.status == "paused":
            _stop(uow.session, job, "The job was undone before its turn.")
        changed = (BulkJobRow.job_id == job_id, BulkJobRow.status == "changed")
        client_ids = list(uow.session.scalars(select(BulkJobRow.client_id).where(*changed)))
        undo = _add_job(uow, job.act, job.arguments, {"query": None}, len(client_ids), undoes=job_id)
        _add_rows(uow, ADD_UNDO_ROWS, client_ids, job_id=undo.id, undoes=job_id)
        return uow.record_answer({"job": _started(uow, undo), "dry_run": None})


def pause_bulk_job(open_uow: UnitOfWorkOpener, *, job_id: UUID) -> dict:
    """Halt a job after the rows that it is at; answers it. Raises not-found, and `invalid-state` where it does not
    run."""
    return _move(open_uow, job_id, "running", "paused", BulkJobPaused)


def resume_bulk_job(open_uow: UnitOfWorkOpener, *, job_id: UUID) -> dict:
    """Let a halted job go on; answers it. Raises not-found, and `invalid-state` where it is not halted."""
    return _move(open_uow, job_id, "paused", "running", BulkJobResumed)


def _move(open_uow: UnitOfWorkOpener, job_id: UUID, before: str, after: str, event: type[Event]) -> dict:
    with open_uow() as uow:
        job = _held(uow.session, job_id)
        uow.caller.require(permission_of(job.act))
        if job.status != before:
            raise ServiceProblem("invalid-state", f"This job is not {before}; it is {job.status}.")
        job.status = after
        uow.publish(event(entity=("bulk_job", job_id), facts={"number": rules.bulk_job_number(job.number)}))
        wake_job(uow.session, "run_bulk_jobs")
        uow.session.flush()
        return uow.record_answer(get_bulk_job(uow.session, job_id))


def _add_job(
    uow: UnitOfWork, act: str, arguments: dict, selection: dict, rows: int, undoes: UUID | None = None
) -> BulkJob:
    caller = uow.caller
    job = BulkJob(
        id=new_id(),
        act=act,
        arguments=arguments,
        selection=selection,
        actor={"kind": caller.kind, "id": caller.id, "name": caller.name, "ip": caller.ip},
        permissions=list(caller.permissions),
        undoes=undoes,
        rows=rows,
    )
    uow.session.add(job)
    uow.session.flush()
    return job


def _add_rows(uow: UnitOfWork, statement: TextClause, client_ids: list[UUID], **about) -> None:
    """Add the rows of these clients, by as many as a short statement takes."""
    for start in range(0, len(client_ids), ROWS_A_STATEMENT):
        uow.session.execute(statement, {**about, "client_ids": client_ids[start : start + ROWS_A_STATEMENT]})


def _started(uow: UnitOfWork, job: BulkJob) -> dict:
    uow.publish(
        BulkJobStarted(
            entity=("bulk_job", job.id),
            facts={
                "number": rules.bulk_job_number(job.number),
                "act": job.act,
                "rows": job.rows,
                "undoes": job.undoes and str(job.undoes),
            },
        )
    )
    wake_job(uow.session, "run_bulk_jobs")
    return get_bulk_job(uow.session, job.id)


def _held(session: Session, job_id: UUID) -> BulkJob:
    """The job, which no step goes on with meanwhile."""
    job = session.scalar(select(BulkJob).where(BulkJob.id == job_id).with_for_update())
    if job is None:
        raise not_found()
    return job


def _require_undoable(session: Session, job: BulkJob) -> None:
    if job.undoes is not None:
        raise ServiceProblem("invalid-state", "This job is an undo itself. Start the act again instead.")
    if job.status == "running":
        raise ServiceProblem("invalid-state", "This job runs. Pause it, or wait for its end.")
    if job.started_at < datetime.now(UTC) - KEPT:
        raise ServiceProblem("invalid-state", f"A job can be undone for {rules.BULK_DAYS} days.")
    if session.scalar(select(BulkJob.id).where(BulkJob.undoes == job.id)) is not None:
        raise ServiceProblem("invalid-state", "This job was undone before.")
    there = set(session.scalars(select(BulkJobRow.status).where(BulkJobRow.job_id == job.id).distinct()))
    if "sent" in there:
        raise ServiceProblem("invalid-state", "Its last rows are under way still. Try again in a moment.")
    if "changed" not in there:
        raise ServiceProblem("invalid-state", "This job has changed nothing.")


def _stop(session: Session, job: BulkJob, reason: str) -> None:
    """End a paused job: what waits is left as it is, for `reason`."""
    left = {"status": "refused", "code": "stopped", "reason": reason}
    session.execute(
        update(BulkJobRow).where(BulkJobRow.job_id == job.id, BulkJobRow.status == "waiting").values(**left)
    )
    job.status, job.finished_at = "done", datetime.now(UTC)


def _forget(session: Session) -> None:
    """Forget what old jobs kept and undid, each once: of all others no row is read. What waits in one that runs needs it
    still; one that is paused is stopped, once no row of it is under way."""
    old = (BulkJob.started_at < datetime.now(UTC) - KEPT, ~BulkJob.forgotten)
    under_way = (
        select(BulkJobRow.client_id).where(BulkJobRow.job_id == BulkJob.id, BulkJobRow.status == "sent").exists()
    )
    paused = select(BulkJob).where(*old, BulkJob.status == "paused", ~under_way)
    for job in session.scalars(paused.order_by(BulkJob.id).with_for_update()).all():
        _stop(session, job, f"The job was paused until {rules.BULK_DAYS} days after its start.")
    if jobs := session.scalars(select(BulkJob.id).where(*old)).all():
        ended = (BulkJobRow.job_id.in_(jobs), BulkJobRow.status.not_in(["waiting", "sent"]))
        held = or_(BulkJobRow.kept.is_not(None), BulkJobRow.undoes.is_not(None))
        session.execute(update(BulkJobRow).where(*ended, held).values(kept=null(), undoes=null()))
        session.execute(update(BulkJob).where(BulkJob.id.in_(jobs), BulkJob.status == "done").values(forgotten=True))
