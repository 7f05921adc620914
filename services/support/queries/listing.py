"""Tickets of all clients: the list, and how many of them wait for an answer."""

import uuid
from datetime import UTC, date, datetime, time

from sqlalchemy import UUID as UuidType
from sqlalchemy import DateTime, Text, any_, bindparam, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.searched_text import holds
from chassis.listings.filters import ListingFilter
from chassis.listings.listing import Listing
from chassis.types.search import number_in
from chassis.types.text import fold
from services.support import filter_fields
from services.support.models import Ticket
from services.support.queries.tickets import ACTIVE_AT, ALL_TICKETS, row_of
from services.support.rules import WAITING

MOST_COUNTED = 1000
_MOMENT = DateTime(timezone=True)
TICKETS = Listing(
    "all-tickets",
    ALL_TICKETS,
    orders={
        "active": ([ACTIVE_AT, Ticket.id], [datetime.fromisoformat, uuid.UUID]),
        "number": ([Ticket.number], [int]),
    },
    conditions={
        "client": Ticket.client_id == bindparam("client", type_=UuidType),
        "status": Ticket.status == bindparam("status", type_=Text),
        "statuses": Ticket.status == any_(bindparam("statuses", type_=ARRAY(Text))),
        "priority": Ticket.priority == bindparam("priority", type_=Text),
        "assigned": Ticket.assigned_to_id == bindparam("assigned", type_=UuidType),
        "since": bindparam("since", type_=_MOMENT) <= ACTIVE_AT,
        "until": bindparam("until", type_=_MOMENT) > ACTIVE_AT,
    },
    filter=ListingFilter(
        filter_fields.TICKETS,
        {
            "status": Ticket.status,
            "priority": Ticket.priority,
            "number": Ticket.number,
            "subject": Ticket.subject,
            "assigned_to": Ticket.assigned_to_name,
            "opened": Ticket.opened_at,
            "last_reply": Ticket.last_reply_at,
            "active": ACTIVE_AT,
        },
    ),
    sums=select(func.count().label("rows")).select_from(Ticket),
)
_WAITING = CompiledSelect(
    select(func.count()).select_from(
        select(literal(1)).where(Ticket.status.in_(WAITING)).limit(MOST_COUNTED).subquery()
    )
)


def all_tickets(
    session: Session,
    *,
    q: str | None,
    clients: list,
    status: list | None,
    since: date | None,
    until: date | None,
    priority: str | None,
    assigned: uuid.UUID | None,
    client: uuid.UUID | None,
    sort: str,
    filter: str,
    now: datetime,
    **place,
) -> dict:
    """A page of all tickets; `since` and `until` are days in UTC on which somebody replied last. `totals` has how many
    there are."""
    filters = {
        "client": client,
        "status": status[0] if status and len(status) == 1 else None,
        "statuses": status if status and len(status) > 1 else None,
        "priority": priority,
        "assigned": assigned,
        "since": since and datetime.combine(since, time.min, UTC),
        "until": until and datetime.combine(until, time.max, UTC),
    }
    found = _found(q, clients)
    asked = {"sort": sort, "filter": filter, "now": now, "place": place}
    return TICKETS.page(session, **asked, filters=filters, found=found, dump=_to_wire, summed=_sum)


def count_listed(session: Session, *, q: str | None, clients: list, filter: str, now: datetime) -> tuple[int, bool]:
    """How many tickets a search and a filter find, and whether that is exact."""
    return TICKETS.count(session, found=_found(q, clients), filter=filter, now=now)


def count_waiting(session: Session) -> dict:
    """How many tickets wait for an answer of staff, MOST_COUNTED at most."""
    return {"tickets": _WAITING.scalar(session)}


def _found(q: str | None, clients: list) -> list:
    if q is None:
        return []
    ways = [Ticket.client_id == any_(literal(clients, ARRAY(UuidType)))]
    if (named := holds(Ticket.searched, fold(q).split())) is not None:
        ways.append(named)
    wanted = number_in(q)
    if wanted is not None and not wanted.prefix:
        ways.append(Ticket.number == wanted.number)
    return [or_(*ways)]


def _to_wire(rows: list) -> list[dict]:
    return [{**row_of(row), "client_id": str(row.client_id)} for row in rows]


def _sum(row) -> dict:
    return {"count": row.rows}
