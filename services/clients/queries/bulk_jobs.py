"""Bulk jobs as they are shown: one with its counts, its rows, all of them; and whom a selection selects."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from chassis.db.paging import Order, fetch_page, page_of
from chassis.errors import field_problem, not_found
from chassis.events.event import rfc3339
from chassis.listings.patience import within_patience
from services.clients import rules
from services.clients.models import BulkJob, BulkJobRow, Client, ClientGroup, Contact, CustomField, Tag
from services.clients.models.bulk import RESULTS
from services.clients.queries.client_list import matching

MOST_ROWS = 20_000
NEWEST = Order("bulk_jobs", [BulkJob.number], [int], descending=True)
BY_CLIENT = Order("bulk_job_rows", [BulkJobRow.client_id], [UUID])
SUBJECTS = {"tag_id": Tag.name, "group_id": ClientGroup.name, "field_id": CustomField.label}


def selected(session: Session, selection: Mapping[str, Any], now: datetime) -> list[UUID]:
    """The ids of the clients of a selection, `ids` or those that match `query`; at most MOST_ROWS.

    The days of its filter are those of the time zone of `now`. Raises 422 for more, and for a filter that cannot be used.
    """
    if selection["ids"] is not None:
        return sorted(set(selection["ids"]))
    with within_patience(session):
        wanted = matching(session, **selection["query"], now=now)
        found = list(session.scalars(wanted.limit(MOST_ROWS + 1)))
    if len(found) > MOST_ROWS:
        raise field_problem("/query", f"More than {MOST_ROWS:,} clients match. Narrow the selection down.")
    return sorted(found)


def get_bulk_job(session: Session, job_id: UUID) -> dict:
    """A job with its `counts` by result, `services` that it moved, and the job that undid it. Raises not-found."""
    undo = aliased(BulkJob)
    row = session.execute(_jobs(undo).where(BulkJob.id == job_id)).one_or_none()
    if row is None:
        raise not_found()
    counted = session.execute(
        select(BulkJobRow.status, func.count(), func.sum(BulkJobRow.services))
        .where(BulkJobRow.job_id == job_id)
        .group_by(BulkJobRow.status)
    ).all()
    counts = {status: count for status, count, _ in counted}
    services = sum(moved for status, _, moved in counted if status == "changed")
    return {
        **_job(row),
        "subject": _subject(session, row.arguments),
        "counts": {result: counts.get(result, 0) for result in RESULTS},
        "services": services,
    }


def list_bulk_jobs(session: Session, **page) -> dict:
    """A page of all jobs, the newest first."""
    undo = aliased(BulkJob)
    rows, cursors = fetch_page(session, _jobs(undo), NEWEST, **page)
    return page_of([_job(row) for row in rows], cursors, total=session.scalar(select(func.count(BulkJob.id))))


def list_bulk_job_rows(session: Session, job_id: UUID, result: str | None, **page) -> dict:
    """A page of a job's rows with the clients' names, None of those that are gone; of one `result` where given."""
    if session.get(BulkJob, job_id) is None:
        raise not_found()
    of_job = [BulkJobRow.job_id == job_id, *([BulkJobRow.status == result] if result else [])]
    wanted = (
        select(BulkJobRow, Client.company, Contact.first_name, Contact.last_name, Contact.email)
        .outerjoin(Client, Client.id == BulkJobRow.client_id)
        .outerjoin(Contact, (Contact.client_id == Client.id) & Contact.is_primary)
        .where(*of_job)
    )
    rows, cursors = fetch_page(session, wanted, BY_CLIENT, **page)
    total = session.scalar(select(func.count()).select_from(BulkJobRow).where(*of_job))
    return page_of(list(map(_row, rows)), cursors, total=total)


def names_of(session: Session, client_ids: list[UUID]) -> list[dict]:
    """[{id, name}] of these clients, as far as they exist."""
    wanted = select(Client.id, Client.company, Contact.first_name, Contact.last_name).join(
        Contact, (Contact.client_id == Client.id) & Contact.is_primary
    )
    found = session.execute(wanted.where(Client.id.in_(client_ids)).order_by(Client.id))
    return [{"id": str(row.id), "name": rules.shown_name(row.company, row.first_name, row.last_name)} for row in found]


def _jobs(undo) -> Select:
    return select(BulkJob.__table__, undo.id.label("undone_by")).outerjoin(undo, undo.undoes == BulkJob.id)


def _job(row) -> dict:
    return {
        "id": str(row.id),
        "number": rules.bulk_job_number(row.number),
        "act": row.act,
        "arguments": row.arguments,
        "selection": row.selection,
        "status": row.status,
        "actor": {name: row.actor[name] for name in ("kind", "id", "name")},
        "undoes": row.undoes and str(row.undoes),
        "undone_by": row.undone_by and str(row.undone_by),
        "rows": row.rows,
        "started_at": rfc3339(row.started_at),
        "finished_at": row.finished_at and rfc3339(row.finished_at),
        "undo_until": None if row.undoes else rfc3339(row.started_at + timedelta(days=rules.BULK_DAYS)),
    }


def _subject(session: Session, arguments: Mapping[str, Any]) -> str | None:
    """The name of the tag, group or field that a job is about."""
    for argument, name in SUBJECTS.items():
        if arguments.get(argument):
            return session.scalar(select(name).where(name.class_.id == UUID(arguments[argument])))
    return None


def _row(row) -> dict:
    job_row = row.BulkJobRow
    there = row.first_name is not None
    return {
        "client": {
            "id": str(job_row.client_id),
            "name": rules.shown_name(row.company, row.first_name, row.last_name) if there else None,
            "email": row.email,
        },
        "result": job_row.status,
        "code": job_row.code,
        "reason": job_row.reason,
        "services": job_row.services,
        "at": job_row.done_at and rfc3339(job_row.done_at),
    }
