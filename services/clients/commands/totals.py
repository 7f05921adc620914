"""Totals of clients, copied from billing: absolute, so the newest of a client are all that counts."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.clients.models import BillingTotalsProgress
from services.clients.queries.totals import MARK_IS_APPLIED

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
        session.execute(_KEEP, {"rows": json.dumps(rows)})


def mark_published(session: Session, *, at: datetime, event_id: UUID | None) -> None:
    """Keep that billing has published all that it recorded before `at`, the event `event_id` last; commits.

    The mark before stands until its event is applied: under steady load the newest one hardly ever is.
    """
    mark = upsert(_progress).values(one=True, marked_at=at, marked_event=event_id)
    moved = {
        "confirmed_at": _progress.c.marked_at,
        "marked_at": mark.excluded.marked_at,
        "marked_event": mark.excluded.marked_event,
    }
    session.execute(mark.on_conflict_do_update(index_elements=["one"], set_=moved, where=MARK_IS_APPLIED))
    session.commit()
