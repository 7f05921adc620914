"""Totals of clients, copied from billing: absolute, so the newest of a client are all that counts."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import case, func, or_, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.errors import field_problem
from services.clients.models import BillingTotalsProgress
from services.clients.queries.totals import MARK_IS_APPLIED

MARK_STANDS = timedelta(minutes=2)
CLOCK_SKEW = timedelta(seconds=5)

COLUMNS = {
    "currency": "text",
    "services": "integer",
    "active_services": "integer",
    "suspended_services": "integer",
    "pending_services": "integer",
    "invoices": "integer",
    "orders": "integer",
    "domains": "integer",
    "outstanding_minor": "bigint",
    "overdue_minor": "bigint",
    "credit_minor": "bigint",
    "oldest_due_on": "date",
    "next_due_on": "date",
}
"""What is copied from billing's `client_totals`, whose columns have the same names, with its types."""

RECORD = f"(client_id uuid, sequence bigint, {', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})"
"""A row of them in JSON, by the names of its columns."""

_NAMES = ", ".join(COLUMNS)
_LOCK = text("""
    SELECT FROM billing_totals WHERE client_id = ANY(CAST(:ids AS uuid[])) ORDER BY client_id FOR UPDATE""")
_KEEP = text(f"""
    UPDATE billing_totals SET (sequence, {_NAMES}) = ROW(new.sequence, {", ".join(f"new.{name}" for name in COLUMNS)})
    FROM json_to_recordset(CAST(:rows AS json)) AS new{RECORD}
    WHERE billing_totals.client_id = new.client_id AND billing_totals.sequence < new.sequence
""")
_progress = BillingTotalsProgress.__table__


def keep_totals(session: Session, rows: list[dict]) -> None:
    """Keep `rows` of totals, one a client (`client_id`, `sequence` and COLUMNS), unless newer ones are kept already.

    A client that does not exist is left out.
    """
    if rows:
        session.execute(_LOCK, {"ids": [row["client_id"] for row in rows]})
        session.execute(_KEEP, {"rows": json.dumps(rows)})


def mark_published(session: Session, *, at: datetime, event_id: UUID | None) -> None:
    """Keep that billing has published all that it recorded before `at`, the event `event_id` last; commits.

    The mark before stands until its event is applied, for MARK_STANDS at most: under steady load the newest one hardly
    ever is, and an event that was parked never. Raises a 422 for a moment that has not come yet.
    """
    if at > datetime.now(UTC) + CLOCK_SKEW:
        raise field_problem("/at", "This moment has not come yet.")
    mark = upsert(_progress).values(one=True, built=False, marked_at=at, marked_event=event_id)
    moved = {
        "confirmed_at": case((MARK_IS_APPLIED, _progress.c.marked_at), else_=_progress.c.confirmed_at),
        "marked_at": mark.excluded.marked_at,
        "marked_event": mark.excluded.marked_event,
    }
    replaced = or_(MARK_IS_APPLIED, _progress.c.marked_at < func.now() - MARK_STANDS)
    session.execute(mark.on_conflict_do_update(index_elements=["one"], set_=moved, where=replaced))
    session.commit()
