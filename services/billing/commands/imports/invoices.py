"""Invoices of an import: one is added as it was elsewhere, with its lines and its payment."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import Row, insert

from chassis.events.unit_of_work import UnitOfWork
from chassis.types.ids import new_id
from services.billing.commands.accounts.totals import require_room
from services.billing.commands.invoices.documents import keep_document
from services.billing.commands.invoices.lifecycle import NewLine, add_lines, amount_columns, publish_whole_invoice
from services.billing.commands.invoices.numbers import next_number
from services.billing.events import InvoiceImported
from services.billing.import_rows import Line, ReadInvoice, buyer_as_given
from services.billing.models import Invoice, Payment
from services.billing.models.columns import actor_columns
from services.billing.queries.documents import Parties, buyer_of
from services.billing.rules import DUE_DAYS, OPEN_INVOICE, InvoiceAmounts, open_status

# Plain tables: an import writes thousands of rows, and none of them is needed as an object.
invoices, payments = Invoice.__table__, Payment.__table__


def add_imported_invoice(
    uow: UnitOfWork,
    *,
    client_id: uuid.UUID,
    invoice: ReadInvoice,
    lines: list[Line],
    amounts: InvoiceAmounts,
    parties: Parties,
    source: str,
    source_hash: bytes,
    today: date,
) -> uuid.UUID:
    """Add an invoice as it was elsewhere, with its lines, and its payment where it was paid; `uow` holds the client's
    stream.

    It gets the next number and keeps `parties`, the buyer as the file names it, unless it is a draft. What is owed is
    `overdue` or `unpaid` by its due date, which is DUE_DAYS after its issue where the file has none. Returns its id.
    Raises 422 when the client would owe too much.
    """
    if invoice.status in OPEN_INVOICE:
        invoice = replace(invoice, due_date=invoice.due_date or invoice.issue_date + timedelta(days=DUE_DAYS))
        require_room(uow, client_id, invoice.currency, amounts.total, "/total")
    row = _add_invoice(uow, client_id, invoice, amounts, today, source=source, source_hash=source_hash)
    new = [NewLine(line.description, line.quantity, line.unit_price, line.amounts.rate) for line in lines]
    add_lines(uow, row.id, new, [line.amounts for line in lines])
    if row.paid_minor:
        _add_payment(uow, row)
    issued = row.number is not None
    buyer = buyer_of(uow.session, client_id, parties.client)
    if issued:
        named = buyer_as_given(buyer, invoice.buyer)
        buyer = keep_document(uow.session, row, parties, "imported", {**named, "tax_exempt": _exempt(named, row)})
    origin = {"source": source, "external_id": invoice.external_id, "lines": len(lines)}
    publish_whole_invoice(uow, InvoiceImported, row, buyer, **origin)
    return row.id


def _exempt(buyer: dict, row: Row) -> bool:
    """Whether the document says that its buyer pays no tax: never where it has some."""
    return buyer["tax_exempt"] and not row.tax_minor


def _add_invoice(
    uow: UnitOfWork, client_id: uuid.UUID, invoice: ReadInvoice, amounts: InvoiceAmounts, today: date, **origin
) -> Row:
    status = open_status(invoice.due_date, today) if invoice.status in OPEN_INVOICE else invoice.status
    return uow.session.execute(
        insert(invoices)
        .values(
            id=new_id(),
            client_id=client_id,
            number=None if status == "draft" else next_number("invoice"),
            status=status,
            currency=invoice.currency,
            issue_date=invoice.issue_date,
            due_date=invoice.due_date,
            paid_minor=amounts.total if status in ("paid", "refunded") else 0,
            external_id=invoice.external_id,
            **amount_columns(amounts),
            **origin,
        )
        .returning(*invoices.c)
    ).one()


def _add_payment(uow: UnitOfWork, row: Row) -> None:
    """A file does not have when or how an invoice was paid: the day of its issue stands for it."""
    uow.session.execute(
        insert(payments).values(
            id=new_id(),
            client_id=row.client_id,
            invoice_id=row.id,
            currency=row.currency,
            amount_minor=row.paid_minor,
            refunded_minor=row.paid_minor if row.status == "refunded" else 0,
            paid_on=row.issue_date,
            gateway="import",
            reference=None,
            **actor_columns(uow.caller),
        )
    )
