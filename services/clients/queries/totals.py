"""Totals of clients: how far the copies of billing's figures are complete, and their JSON form."""

import time
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.tables import inbox
from chassis.events.event import rfc3339
from chassis.types.money import Money
from services.clients.models import BillingTotals, BillingTotalsProgress

CONSUMER = "clients.totals"
ARRIVAL_SECONDS = 0.3  # how long a list waits for what its reader has just written
FILTERED_SECONDS = 1.0  # the same of a filtered one, in which the row itself may be missing else
FRESH_SECONDS = 1.0  # totals that are older than this say how old they are

_progress = BillingTotalsProgress.__table__.c
MARK_IS_APPLIED = or_(
    _progress.marked_event.is_(None),
    select(inbox.c.event_id).where(inbox.c.consumer == CONSUMER, inbox.c.event_id == _progress.marked_event).exists(),
)
_PROGRESS = CompiledSelect(
    select(
        _progress.built,
        case((MARK_IS_APPLIED, _progress.marked_at), else_=_progress.confirmed_at).label("as_of"),
        func.statement_timestamp().label("now"),
    )
)
_SEQUENCE = CompiledSelect(select(BillingTotals.sequence).where(BillingTotals.client_id == bindparam("client_id")))


def progress(session: Session) -> dict:
    """How far the totals are complete: `{"known", "late", "as_of"}`.

    Not `known`: they wait to be rebuilt, or nobody has said yet how old they are. All that billing recorded before
    `as_of` is in them; `late` is whether that is more than a second ago.
    """
    row = _PROGRESS.first(session)
    if row is None or row.as_of is None:
        return {"known": False, "late": True, "as_of": None}
    late = row.now - row.as_of > timedelta(seconds=FRESH_SECONDS)
    return {"known": row.built, "late": late, "as_of": rfc3339(row.as_of)}


def await_sequence(session: Session, client_id: UUID, sequence: int, *, seconds: float = ARRIVAL_SECONDS) -> bool:
    """Wait, `seconds` at most, for billing's event number `sequence` of a client; returns whether it is there."""
    end, pause = time.monotonic() + seconds, 0.005
    while True:
        there = _SEQUENCE.scalar(session, client_id=client_id)
        if there is None or there >= sequence:
            return True
        if time.monotonic() > end:
            return False
        time.sleep(pause := min(2 * pause, 0.08))


def totals_of(row) -> dict:
    """What a row of the list shows of the totals, by the names that billing answers them with."""
    return {
        "active_services": row.active_services,
        "suspended_services": row.suspended_services,
        "outstanding": Money(row.outstanding_minor, row.currency).to_wire(),
        "overdue": Money(row.overdue_minor, row.currency).to_wire(),
        "oldest_due_on": row.oldest_due_on and row.oldest_due_on.isoformat(),
        "credit_balance": Money(row.credit_minor, row.currency).to_wire(),
        "next_due_on": row.next_due_on and row.next_due_on.isoformat(),
    }
