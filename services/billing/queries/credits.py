"""A client's credit ledger, newest first, and its balance over a year."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, page_of
from chassis.errors import not_found
from services.billing.models import CreditEntry, Invoice
from services.billing.queries.serializers import actor, day, moment, money, ref
from services.billing.rules import invoice_number

YEAR = timedelta(days=365)

table, invoices = CreditEntry.__table__, Invoice.__table__
NEWEST = Order("credits", [table.c.seq], [int], descending=True)

_IS_OF_CLIENT = table.c.client_id == bindparam("client_id")
_ENTRIES = (
    select(table, invoices.c.number.label("invoice_number"))
    .outerjoin(invoices, invoices.c.id == table.c.invoice_id)
    .where(_IS_OF_CLIENT)
)
_PAGE = CompiledPage(_ENTRIES, NEWEST)
_COUNT = CompiledSelect(select(func.coalesce(func.max(table.c.seq), 0)).where(_IS_OF_CLIENT))
_ONE = CompiledSelect(_ENTRIES.where(table.c.id == bindparam("entry_id")))
_BEFORE = CompiledSelect(
    select(table.c.balance_after_minor, table.c.currency)
    .where(_IS_OF_CLIENT, table.c.created_at < bindparam("begin"))
    .order_by(table.c.seq.desc())
    .limit(1)
)
_SINCE = CompiledSelect(
    select(table.c.created_at, table.c.balance_after_minor, table.c.currency)
    .where(_IS_OF_CLIENT, table.c.created_at >= bindparam("begin"))
    .order_by(table.c.seq)
)


def list_credits(session: Session, client_id: uuid.UUID, **page) -> dict:
    """A page of a client's ledger, each entry with the balance after it."""
    rows, cursors = _PAGE.fetch(session, client_id=client_id, **page, dump=_to_wire)
    return page_of(rows, cursors, total=_COUNT.scalar(session, client_id=client_id))


def _to_wire(rows) -> list[dict]:
    return [entry_to_wire(row) for row in rows]


def get_entry(session: Session, client_id: uuid.UUID, entry_id: uuid.UUID) -> dict:
    """An entry of a client's ledger as `list_credits` shows it; raises not-found."""
    row = _ONE.first(session, client_id=client_id, entry_id=entry_id)
    if row is None:
        raise not_found()
    return entry_to_wire(row)


def credit_history(session: Session, client_id: uuid.UUID, today: date) -> list[dict]:
    """[{date, balance}] of the last 12 months, oldest first: the balance at their start, then after each day with an
    entry.

    Empty where there has never been an entry. Days are UTC, as the ledger shows them.
    """
    start = today - YEAR
    begin = datetime.combine(start, time(), UTC)
    before = _BEFORE.first(session, client_id=client_id, begin=begin)
    entries = _SINCE.all(session, client_id=client_id, begin=begin)
    if before is None and not entries:
        return []
    currency = before.currency if before else entries[0].currency
    balances = {start: before.balance_after_minor if before else 0}
    balances.update((entry.created_at.astimezone(UTC).date(), entry.balance_after_minor) for entry in entries)
    return [{"date": day(on), "balance": money(minor, currency)} for on, minor in balances.items()]


def entry_to_wire(row) -> dict:
    """A ledger entry's JSON form; `amount` is signed."""
    return {
        "id": str(row.id),
        "amount": money(row.amount_minor, row.currency),
        "balance_after": money(row.balance_after_minor, row.currency),
        "description": row.description,
        "kind": row.kind,
        "invoice_id": ref(row.invoice_id),
        "invoice_number": invoice_number(row.invoice_number),
        "reverses": ref(row.reverses),
        "actor": actor(row.actor_kind, row.actor_id, row.actor_name),
        "created_at": moment(row.created_at),
    }
