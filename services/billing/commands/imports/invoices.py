"""Invoices of an import: one is added as it was elsewhere, with its lines and its payment."""

import uuid
from datetime import date

from sqlalchemy import insert

from chassis.events.unit_of_work import UnitOfWork
from chassis.types.ids import new_id
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.commands.invoices.numbers import next_number
from services.billing.events import InvoiceImported
from services.billing.import_rows import Line, ReadInvoice
from services.billing.models import Invoice, InvoiceLine, Payment
from services.billing.queries.serializers import day, money
from services.billing.rules import OPEN_INVOICE, InvoiceAmounts, amount_due, invoice_number, open_status

# Plain tables: an import writes thousands of rows, and none of them is needed as an object.
invoices, payments, lines_of_invoices = Invoice.__table__, Payment.__table__, InvoiceLine.__table__


def add_imported_invoice(
    uow: UnitOfWork,
    *,
    client_id: uuid.UUID,
    invoice: ReadInvoice,
    lines: list[Line],
    amounts: InvoiceAmounts,
    source: str,
    source_hash: bytes,
    today: date,
) -> uuid.UUID:
    """Add an invoice as it was elsewhere, with its lines, and its payment where it was paid; `uow` holds the client's
    stream.

    It gets the next number unless it is a draft. What is owed is `overdue` or `unpaid` by its due date. Returns its id.
    """
    status = open_status(invoice.due_date, today) if invoice.status in OPEN_INVOICE else invoice.status
    paid = amounts.total if status in ("paid", "refunded") else 0
    invoice_id, number = new_id(), None if status == "draft" else next_number(uow, "invoice")
    uow.session.execute(
        insert(invoices).values(
            id=invoice_id,
            client_id=client_id,
            number=number,
            status=status,
            currency=invoice.currency,
            issue_date=invoice.issue_date,
            due_date=invoice.due_date,
            subtotal_minor=amounts.subtotal,
            tax_minor=amounts.tax,
            total_minor=amounts.total,
            paid_minor=paid,
            source=source,
            external_id=invoice.external_id,
            source_hash=source_hash,
        )
    )
    uow.session.execute(
        insert(lines_of_invoices),
        [
            {
                "invoice_id": invoice_id,
                "position": position,
                "description": line.description,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price,
                "total_minor": line.amounts.total,
                "tax_minor": line.amounts.tax,
            }
            for position, line in enumerate(lines, 1)
        ],
    )
    if paid:
        _add_payment(uow, client_id, invoice_id, invoice, paid, refunded=paid if status == "refunded" else 0)
    due = amount_due(status, amounts.total, 0, paid)
    uow.publish(
        InvoiceImported(
            client_id=client_id,
            entity=("invoice", invoice_id),
            facts={
                "number": invoice_number(number),
                "status": status,
                "issue_date": day(invoice.issue_date),
                "due_date": day(invoice.due_date),
                "total": money(amounts.total, invoice.currency),
                "amount_due": money(due, invoice.currency),
                "source": source,
                "external_id": invoice.external_id,
                "lines": len(lines),
                "totals": refresh_totals(uow.session, client_id),
            },
        )
    )
    return invoice_id


def _add_payment(
    uow: UnitOfWork, client_id: uuid.UUID, invoice_id: uuid.UUID, invoice: ReadInvoice, paid: int, refunded: int
) -> None:
    """A file does not have when or how an invoice was paid: the day of its issue stands for it."""
    uow.session.execute(
        insert(payments).values(
            id=new_id(),
            client_id=client_id,
            invoice_id=invoice_id,
            currency=invoice.currency,
            amount_minor=paid,
            refunded_minor=refunded,
            paid_on=invoice.issue_date,
            gateway="import",
            reference=None,
            actor_kind=uow.caller.kind,
            actor_id=uow.caller.id,
            actor_name=uow.caller.name,
        )
    )
