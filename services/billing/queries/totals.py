"""A client's totals, as kept by commands/accounts/totals.py: never a sum at read time."""

import uuid
from collections.abc import Iterable

from sqlalchemy import UUID as UuidType
from sqlalchemy import Text, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.tables import streams
from services.billing.models import ClientTotals
from services.billing.queries.serializers import day, money

COUNTS = ("services", "suspended_services", "pending_services", "invoices", "orders", "domains")

table = ClientTotals.__table__
_OF_CLIENTS = CompiledSelect(
    select(table, func.coalesce(streams.c.sequence, 0).label("sequence"))
    .outerjoin(streams, streams.c.stream == cast(table.c.client_id, Text))
    .where(table.c.client_id == any_(bindparam("client_ids", type_=ARRAY(UuidType))))
)


def totals_of(session: Session, client_ids: Iterable[uuid.UUID]) -> dict[str, dict]:
    """{client id: totals} of those clients that have an account, in one query; `sequence` is that of the last event of
    the client's stream, which they are the totals after."""
    rows = _OF_CLIENTS.all(session, client_ids=list(client_ids))
    return {str(row.client_id): {**totals_to_wire(row), "sequence": row.sequence} for row in rows}


def totals_to_wire(row) -> dict:
    """The totals' JSON form, which events carry too."""
    return {
        "active_services": row.active_services,
        "outstanding": money(row.outstanding_minor, row.currency),
        "overdue": money(row.overdue_minor, row.currency),
        "oldest_due_on": day(row.oldest_due_on),
        "credit_balance": money(row.credit_minor, row.currency),
        "next_due_on": day(row.next_due_on),
        "counts": {name: getattr(row, name) for name in COUNTS},
    }


def no_totals(currency: str) -> dict:
    """The totals of a client with whom nothing has happened yet."""
    nothing = money(0, currency)
    return {
        "active_services": 0,
        "outstanding": nothing,
        "overdue": nothing,
        "oldest_due_on": None,
        "credit_balance": nothing,
        "next_due_on": None,
        "counts": dict.fromkeys(COUNTS, 0),
        "sequence": 0,
    }
