"""Reading the log of all clients and the system at once."""

import uuid
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis.db.paging import Order, fetch_page, page_of
from chassis.events.event import SYSTEM
from services.audit.models import Entry
from services.audit.queries.activity import ROW, counted, narrowed, row_of
from services.audit.queries.words import in_time
from services.audit.rules import ACTOR_KINDS

NEWEST_FIRST = Order(
    "all-activity", [Entry.occurred_at, Entry.event_id], [datetime.fromisoformat, uuid.UUID], descending=True
)
# What the planner knows: nobody waits for millions of entries to be counted.
ALL = text("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'entries'::regclass")


def page(
    session: Session,
    *,
    limit: int,
    after: str | None,
    before: str | None,
    q: str | None = None,
    actor: str | None = None,
    **filters,
) -> dict:
    """A page of all chains, newest first by the time of the event.

    A row has also `client_id`, None for what belongs to no client. `total` is exact up to a thousand.
    """
    conditions = narrowed(session, q=q, **filters)
    if actor is not None:
        conditions.append(
            Entry.actor_kind == actor.lower() if actor.lower() in ACTOR_KINDS else Entry.actor_id == actor
        )
    page = {"limit": limit, "after": after, "before": before, "dump": _rows_of}
    with in_time(session, q):
        rows, cursors = fetch_page(session, select(*ROW, Entry.chain).where(*conditions), NEWEST_FIRST, **page)
        total, exact = counted(session, conditions)
    if not exact and not conditions:
        total = max(total, session.scalar(ALL))
    return page_of(rows, cursors, total=total, exact=exact)


def _rows_of(rows: list) -> list[dict]:
    return [all_row_of(row) for row in rows]


def all_row_of(row) -> dict:
    """An entry with the client that it belongs to."""
    return {**row_of(row), "client_id": None if row.chain == SYSTEM else row.chain}
