"""Ticket queries: a client's list, one thread, and the few that its Overview shows."""

import uuid
from datetime import datetime

from sqlalchemy import Boolean, Row, Text, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, page_of
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

_IS_OF_CLIENT = Ticket.client_id == bindparam("client_id")
ALL_TICKETS = select(
    Ticket.id,
    Ticket.client_id,
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
).outerjoin(Department)
_TICKETS = ALL_TICKETS.where(_IS_OF_CLIENT)
_STATUSES = bindparam("statuses", type_=ARRAY(Text))
_PAGE = CompiledPage(_TICKETS.where(or_(_STATUSES.is_(None), Ticket.status == any_(_STATUSES))), NEWEST_REPLY_FIRST)
_ONE = CompiledSelect(_TICKETS.where(Ticket.id == bindparam("ticket_id")))
_UNFINISHED = CompiledSelect(
    _TICKETS.where(Ticket.status.in_(UNFINISHED)).order_by(ACTIVE_AT.desc(), Ticket.id.desc()).limit(SHOWN_OPEN)
)
_COUNTS = CompiledSelect(select(Ticket.status, func.count()).where(_IS_OF_CLIENT).group_by(Ticket.status))
_READ = (
    Reply.ticket_id == bindparam("ticket_id"),
    or_(bindparam("internal", type_=Boolean), Reply.internal.is_(False)),
)
_MESSAGES = CompiledPage(select(*Reply.__table__.columns).where(*_READ), NEWEST_MESSAGE_FIRST)
_MESSAGE_COUNT = CompiledSelect(select(func.count()).select_from(Reply).where(*_READ))


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
    wanted = {"client_id": client_id, "statuses": statuses and list(statuses)}
    rows, cursors = _PAGE.fetch(session, **wanted, limit=limit, after=after, before=before, dump=_rows_of)
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
    row = _ONE.first(session, client_id=client_id, ticket_id=parse_id(ticket_id))
    if row is None:
        raise not_found()
    read = {"ticket_id": row.id, "internal": internal}
    replies, cursors = _MESSAGES.fetch(session, **read, limit=MESSAGES, **page, dump=_replies_of)
    total = _MESSAGE_COUNT.scalar(session, **read)
    thread = {"replies": replies[::-1], "replies_total": total, "page": page_of([], cursors, total=total)["page"]}
    return {**row_of(row), "moves": list(MOVES[row.status]), **thread}


def overview(session: Session, client_id: uuid.UUID, *, counts_only: bool = False) -> dict:
    """How many tickets a client has, how many of them are not closed, and, unless `counts_only`, the three of these that
    were last replied to."""
    head = head_of(_counts(session, client_id))
    return head if counts_only else {**head, "open": _rows_of(_UNFINISHED.all(session, client_id=client_id))}


def head_of(counts: dict[str, int]) -> dict:
    """What the head of a client's record shows of its tickets, of which there are so many by status."""
    return {"counts": {"tickets": sum(counts.values()), "open": sum(counts[status] for status in UNFINISHED)}}


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


def _counts(session: Session, client_id: uuid.UUID) -> dict[str, int]:
    return {**dict.fromkeys(STATUSES, 0), **dict(_COUNTS.all(session, client_id=client_id))}
