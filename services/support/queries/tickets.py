"""Ticket queries: a client's list, one thread, and the few that its Overview shows."""

import uuid
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from chassis.db.paging import Order, fetch_page, page_of
from chassis.errors import not_found
from chassis.events.event import rfc3339
from chassis.types.ids import parse_id
from services.support.models import Department, Reply, Ticket
from services.support.rules import MOVES, STATUSES, UNFINISHED

MESSAGES = 200  # in a page of a thread, and fewer where they are long
SHOWN_OPEN = 3

ACTIVE_AT = func.coalesce(Ticket.last_reply_at, Ticket.opened_at)
NEWEST_MESSAGE_FIRST = Order(
    "thread", [Reply.created_at, Reply.id], [datetime.fromisoformat, uuid.UUID], descending=True
)
NEWEST_REPLY_FIRST = Order("tickets", [ACTIVE_AT, Ticket.id], [datetime.fromisoformat, uuid.UUID], descending=True)


def tickets(
    session: Session,
    client_id: uuid.UUID,
    *,
    statuses: tuple[str, ...] | None,
    limit: int,
    after: str | None,
    before: str | None,
) -> dict:
    """A page of a client's tickets in one of `statuses` (None: any), newest reply first; `counts` has all of the
    client's by status, whatever is filtered."""
    counts = _counts(session, client_id)
    statement = _rows(client_id)
    if statuses is not None:
        statement = statement.where(Ticket.status.in_(statuses))
    page = {"limit": limit, "after": after, "before": before, "dump": _rows_of}
    rows, cursors = fetch_page(session, statement, NEWEST_REPLY_FIRST, **page)
    total = sum(counts[status] for status in statuses or STATUSES)
    return {**page_of(rows, cursors, total=total), "counts": counts}


def ticket(
    session: Session, client_id: uuid.UUID, ticket_id: uuid.UUID | str, *, internal: bool = True, **page
) -> dict:
    """A ticket with a page of its thread, without `after` and `before` that of the newest messages; those of a page
    stand oldest first, and `page.next` goes on to older ones. `moves` are the statuses that staff may choose now.
    Internal notes are left out where `internal` is false.

    Raises not-found for a ticket that does not exist or is another client's.
    """
    row = session.execute(_rows(client_id).where(Ticket.id == parse_id(ticket_id))).first()
    if row is None:
        raise not_found()
    read = (Reply.ticket_id == row.id,) if internal else (Reply.ticket_id == row.id, Reply.internal.is_(False))
    messages = select(*Reply.__table__.columns).where(*read)
    replies, cursors = fetch_page(session, messages, NEWEST_MESSAGE_FIRST, limit=MESSAGES, **page, dump=_replies_of)
    total = session.scalar(select(func.count()).select_from(Reply).where(*read))
    thread = {"replies": replies[::-1], "replies_total": total, "page": page_of([], cursors, total=total)["page"]}
    return {**row_of(row), "moves": list(MOVES[row.status]), **thread}


def overview(session: Session, client_id: uuid.UUID) -> dict:
    """How many tickets a client has, how many of them are not closed, and the three of these that were last replied
    to."""
    counts = _counts(session, client_id)
    unfinished = _rows(client_id).where(Ticket.status.in_(UNFINISHED)).order_by(ACTIVE_AT.desc(), Ticket.id.desc())
    return {
        "counts": {"tickets": sum(counts.values()), "open": sum(counts[status] for status in UNFINISHED)},
        "open": _rows_of(session.execute(unfinished.limit(SHOWN_OPEN))),
    }


def departments(session: Session) -> dict:
    """The departments by name: `{"data": [{id, name}]}`."""
    rows = session.execute(select(Department.id, Department.name).order_by(Department.name))
    return {"data": [{"id": str(row.id), "name": row.name} for row in rows]}


def _rows_of(rows) -> list[dict]:
    return [row_of(row) for row in rows]


def row_of(row) -> dict:
    """A ticket as a row of the API's `/tickets`, with `last_reply_by` besides."""
    last = None if row.last_reply_by_kind is None else {"kind": row.last_reply_by_kind, "name": row.last_reply_by_name}
    assigned = None if row.assigned_to_id is None else {"id": str(row.assigned_to_id), "name": row.assigned_to_name}
    return {
        "id": str(row.id),
        "number": row.number,
        "subject": row.subject,
        "status": row.status,
        "priority": row.priority,
        "department": row.department,
        "assigned_to": assigned,
        "opened_at": rfc3339(row.opened_at),
        "last_reply_at": row.last_reply_at and rfc3339(row.last_reply_at),
        "last_reply_by": last,
    }


def _replies_of(rows) -> list[dict]:
    return [reply_of(row) for row in rows]


def reply_of(reply: Reply | Row) -> dict:
    """A message of a thread; after an erasure its body is empty and its author is named so."""
    name = reply.author_name or ("System" if reply.author_kind == "system" else "Erased person")
    return {
        "id": str(reply.id),
        "author": {"kind": reply.author_kind, "id": reply.author_id, "name": name},
        "body": reply.body or "",
        "internal": reply.internal,
        "created_at": rfc3339(reply.created_at),
    }


def _rows(client_id: uuid.UUID) -> Select:
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.subject,
            Ticket.status,
            Ticket.priority,
            Department.name.label("department"),
            Ticket.assigned_to_id,
            Ticket.assigned_to_name,
            Ticket.opened_at,
            Ticket.last_reply_at,
            Ticket.last_reply_by_kind,
            Ticket.last_reply_by_name,
        )
        .outerjoin(Department)
        .where(Ticket.client_id == client_id)
    )


def _counts(session: Session, client_id: uuid.UUID) -> dict[str, int]:
    counted = select(Ticket.status, func.count()).where(Ticket.client_id == client_id).group_by(Ticket.status)
    return {**dict.fromkeys(STATUSES, 0), **dict(session.execute(counted).all())}
