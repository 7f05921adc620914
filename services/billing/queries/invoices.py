"""A client's invoices: drafts first, then the newest, those of one day by their numbers."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial

from sqlalchemy import UUID as UuidType
from sqlalchemy import BigInteger, Date, Row, Text, any_, bindparam, case, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, page_of
from chassis.errors import not_found
from services.billing.models import CreditApplication, CreditEntry, Invoice, InvoiceLine, Payment
from services.billing.queries.counts import CountByStatus, of_status, total_of
from services.billing.queries.documents import documents_of
from services.billing.queries.serializers import actor, day, decimal, moment, money
from services.billing.rules import (
    INVOICE_STATUSES,
    OPEN_INVOICE,
    LineAmounts,
    ageing,
    amount_due,
    invoice_number,
    tax_by_rate,
)

table, lines, payments = Invoice.__table__, InvoiceLine.__table__, Payment.__table__
NO_DOCUMENT = {"buyer": None, "seller": None, "document": None}
applications, entries = CreditApplication.__table__, CreditEntry.__table__
# Written out, so that they are the expressions of ix_invoices_client_id_issue_date to the letter.
ISSUED = func.coalesce(table.c.issue_date, literal_column("'9999-12-31'::date", Date))
NUMBERED = func.coalesce(table.c.number, literal_column("9223372036854775807", BigInteger))
DUE = func.coalesce(table.c.due_date, literal_column("'9999-12-31'::date", Date))
_IS_OWED = table.c.status.in_([literal_column(f"'{status}'", Text) for status in OPEN_INVOICE])
OWED = case(
    (_IS_OWED, table.c.total_minor - table.c.credit_applied_minor - table.c.paid_minor), else_=literal_column("0")
)
# Amounts of two currencies are never compared: those of one stand together, and what owes nothing at one end.
OWED_IN = case((_IS_OWED, table.c.currency), else_=literal_column("''", Text))
ORDER = Order("invoices", [ISSUED, NUMBERED, table.c.id], [date.fromisoformat, int, uuid.UUID], descending=True)

INVOICES = select(table).where(table.c.client_id == bindparam("client_id"))
_COUNTS = CountByStatus(table, INVOICE_STATUSES)
_PAGE = CompiledPage(INVOICES.where(of_status(table)), ORDER)
_ONE = CompiledSelect(INVOICES.where(table.c.id == bindparam("invoice_id")))
_IDS = any_(bindparam("invoice_ids", type_=ARRAY(UuidType)))
_LINES = CompiledSelect(select(lines).where(lines.c.invoice_id == _IDS).order_by(lines.c.position))
_PAYMENTS = CompiledSelect(
    select(payments).where(payments.c.invoice_id == _IDS).order_by(payments.c.paid_on, payments.c.id)
)
_CREDITS = CompiledSelect(
    select(applications, entries.c.actor_kind, entries.c.actor_id, entries.c.actor_name)
    .join(entries, entries.c.id == applications.c.credit_entry_id)
    .where(applications.c.invoice_id == _IDS)
    .order_by(applications.c.id)
)
_OWED = CompiledSelect(
    select(table.c.due_date, table.c.total_minor - table.c.credit_applied_minor - table.c.paid_minor).where(
        table.c.client_id == bindparam("client_id"), table.c.status.in_(OPEN_INVOICE)
    )
)


def list_invoices(session: Session, client_id: uuid.UUID, status: str | None, **page) -> dict:
    """A page of a client's invoices, each as `get_invoice` gives it, with `counts` by status."""
    dump = partial(whole_invoices, session)
    rows, cursors = _PAGE.fetch(session, client_id=client_id, status=status, **page, dump=dump)
    counts = _COUNTS.of(session, client_id)
    return {**page_of(rows, cursors, total=total_of(counts, status)), "counts": counts}


def get_invoice(session: Session, client_id: uuid.UUID, invoice_id: uuid.UUID | None) -> dict:
    """An invoice of a client with its lines, payments and applied credit (`credits`); raises not-found for another
    client's.

    `buyer`, `seller` and `document` are those kept with it, None where nothing is kept (yet). `refundable` is how much
    can go back through the gateway and how much to credit; `version` is what update_draft asks for.
    """
    row = _ONE.first(session, client_id=client_id, invoice_id=invoice_id)
    if row is None:
        raise not_found()
    return whole_invoices(session, [row])[0]


def lines_of(session: Session, invoice_id: uuid.UUID) -> Sequence[Row]:
    """The lines of an invoice in their order."""
    return session.execute(select(lines).where(lines.c.invoice_id == invoice_id).order_by(lines.c.position)).all()


def whole_invoices(session: Session, rows: Sequence[Row]) -> list[dict]:
    """Invoices with all that belongs to them, read for all of them at once."""
    ids = [row.id for row in rows]
    line_of, payment_of, credit_of = (_by_invoice(session, wanted, ids) for wanted in (_LINES, _PAYMENTS, _CREDITS))
    document_of = documents_of(session, rows)
    return [
        {
            **invoice_to_wire(row),
            "version": row.version,
            "notes": row.notes,
            **document_of.get(row.id, NO_DOCUMENT),
            "tax_by_rate": _tax_by_rate(line_of[row.id], row.currency),
            "lines": [_line_to_wire(line, row.currency) for line in line_of[row.id]],
            "payments": [payment_to_wire(payment) for payment in payment_of[row.id]],
            "credits": [_application_to_wire(one, row.currency) for one in credit_of[row.id]],
            "refundable": _refundable(row, payment_of[row.id], credit_of[row.id]),
        }
        for row in rows
    ]


def _by_invoice(session: Session, wanted: CompiledSelect, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Row]]:
    found = defaultdict(list)
    for row in wanted.all(session, invoice_ids=ids):
        found[row.invoice_id].append(row)
    return found


def owed_by_age(session: Session, client_id: uuid.UUID, today: date) -> list[int]:
    """What is owed on open invoices, in the buckets of rules.AGEING."""
    return ageing(_OWED.all(session, client_id=client_id), today)


def invoice_to_wire(row) -> dict:
    """An invoice's own values."""
    due = amount_due(row.status, row.total_minor, row.credit_applied_minor, row.paid_minor)
    amounts = {
        "subtotal": row.subtotal_minor,
        "tax_total": row.tax_minor,
        "total": row.total_minor,
        "credit_applied": row.credit_applied_minor,
        "paid": row.paid_minor,
        "amount_due": due,
    }
    return {
        "id": str(row.id),
        "number": invoice_number(row.number),
        "status": row.status,
        "issue_date": day(row.issue_date),
        "due_date": day(row.due_date),
        **{name: money(minor, row.currency) for name, minor in amounts.items()},
    }


def _line_to_wire(row, currency: str) -> dict:
    return {
        "position": row.position,
        "description": row.description,
        "quantity": decimal(row.quantity),
        "unit_price": money(row.unit_price_minor, currency),
        "tax_rate": decimal(row.tax_rate),
        "total": money(row.total_minor, currency),
        "tax": money(row.tax_minor, currency),
    }


def _tax_by_rate(of_invoice: Sequence[Row], currency: str) -> list[dict]:
    amounts = [(line.tax_rate, LineAmounts(line.total_minor, line.tax_minor)) for line in of_invoice]
    return [
        {"rate": decimal(rate), "net": money(sums.subtotal, currency), "tax": money(sums.tax, currency)}
        for rate, sums in tax_by_rate(amounts)
    ]


def payment_to_wire(row) -> dict:
    """A payment's JSON form."""
    return {
        "id": str(row.id),
        "amount": money(row.amount_minor, row.currency),
        "date": day(row.paid_on),
        "gateway": row.gateway,
        "reference": row.reference,
        "refunded": money(row.refunded_minor, row.currency),
        "credited": money(row.credited_minor, row.currency),
        "actor": actor(row.actor_kind, row.actor_id, row.actor_name),
    }


def _application_to_wire(row, currency: str) -> dict:
    return {
        "id": str(row.id),
        "entry_id": str(row.credit_entry_id),
        "amount": money(row.amount_minor, currency),
        "returned": money(row.returned_minor, currency),
        "actor": actor(row.actor_kind, row.actor_id, row.actor_name),
        "created_at": moment(row.created_at),
    }


def _refundable(row, paid, used) -> dict:
    """What refund_invoice would give back at most: credit only once the invoice is paid (before, its entry is
    reversed)."""
    cash = sum(one.amount_minor - one.credited_minor - one.refunded_minor for one in paid)
    credit = sum(one.amount_minor - one.returned_minor for one in used) if row.status == "paid" else 0
    cash = cash if row.status in (*OPEN_INVOICE, "paid") else 0
    return {"gateway": money(cash, row.currency), "credit": money(cash + credit, row.currency)}
