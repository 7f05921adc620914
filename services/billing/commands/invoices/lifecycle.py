"""Invoices inside somebody's transaction: add one, issue it, move it by the table of states.

Each function takes a `uow` that holds the client's stream, changes rows and publishes that; none commits.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Row, delete, func, insert, select, update

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.event import Event
from chassis.events.unit_of_work import UnitOfWork
from chassis.types.ids import new_id
from chassis.types.money import MoneyError
from services.billing.commands.accounts.totals import refresh_totals, require_room
from services.billing.commands.invoices.documents import keep_document
from services.billing.commands.invoices.line_facts import lines_fact
from services.billing.commands.invoices.numbers import next_number
from services.billing.commands.invoices.paid import approve_paid_order
from services.billing.events import InvoiceCancelled, InvoiceDrafted, InvoicePaid, InvoicePublished
from services.billing.models import Invoice, InvoiceLine
from services.billing.queries.documents import Parties, buyer_of
from services.billing.queries.invoices import lines_of
from services.billing.queries.serializers import amount_text, day, money
from services.billing.rules import (
    DUE_DAYS,
    INVOICE_MOVES,
    InvoiceAmounts,
    LineAmounts,
    amount_due,
    due_date_fault,
    invoice_amounts,
    invoice_number,
    line_amounts,
    may_move,
)

invoices, lines_of_invoices = Invoice.__table__, InvoiceLine.__table__


@dataclass(frozen=True)
class NewLine:
    """A line to add: `unit_price` in minor units (below zero for a discount), `tax_rate` in percent."""

    description: str
    quantity: Decimal
    unit_price: int
    tax_rate: Decimal


def add_invoice(
    uow: UnitOfWork,
    *,
    client_id: uuid.UUID,
    currency: str,
    lines: Sequence[NewLine],
    due_date: date | None,
    notes: str | None,
    parties: Parties,
    today: date,
    publish: bool,
    invoice_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Add an invoice to and from `parties`, as a draft (`invoice.drafted`) or issued at once (`invoice.published`, see
    `issue`); returns its id.

    `currency` is the account's; the id is a fresh one unless given. Raises 422 for lines that come to less than nothing
    or to more than can be billed, and for a due date that is past.
    """
    require_due_date(due_date, today)
    priced, amounts = price_lines(lines)
    row = uow.session.execute(
        insert(invoices)
        .values(
            id=invoice_id or new_id(),
            client_id=client_id,
            status="draft",
            currency=currency,
            due_date=due_date,
            notes=notes,
            **amount_columns(amounts),
        )
        .returning(*invoices.c)
    ).one()
    add_lines(uow, row.id, lines, priced)
    if publish:
        issue(uow, row, parties, today=today)
    else:
        publish_whole_invoice(uow, InvoiceDrafted, row, buyer_of(uow.session, client_id, parties.client))
    return row.id


def require_due_date(due_date: date | None, issue_date: date) -> None:
    """Raise a 422 when an invoice of `issue_date` cannot be due on that day; a draft's is today at the earliest."""
    if fault := due_date_fault(due_date, issue_date):
        raise field_problem("/due_date", fault)


def price_lines(lines: Sequence[NewLine]) -> tuple[list[LineAmounts], InvoiceAmounts]:
    """What each of `lines` and all of them come to. Raises 422 that names what comes to too much or to less than
    nothing."""
    priced = []
    for position, line in enumerate(lines):
        try:
            priced.append(line_amounts(line.quantity, line.unit_price, line.tax_rate))
        except MoneyError as error:
            raise field_problem(f"/lines/{position}/unit_price", str(error)) from error
    try:
        return priced, invoice_amounts(priced)
    except MoneyError as error:
        raise field_problem("/lines", str(error)) from error


def amount_columns(amounts: InvoiceAmounts) -> dict:
    """The columns of an invoice that its lines decide."""
    return {"subtotal_minor": amounts.subtotal, "tax_minor": amounts.tax, "total_minor": amounts.total}


def replace_lines(
    uow: UnitOfWork, invoice_id: uuid.UUID, lines: Sequence[NewLine], priced: Sequence[LineAmounts]
) -> None:
    """Store `lines` in their order as all that the invoice has."""
    uow.session.execute(delete(lines_of_invoices).where(lines_of_invoices.c.invoice_id == invoice_id))
    add_lines(uow, invoice_id, lines, priced)


def add_lines(uow: UnitOfWork, invoice_id: uuid.UUID, lines: Sequence[NewLine], priced: Sequence[LineAmounts]) -> None:
    """Store `lines` in their order, with what each comes to."""
    uow.session.execute(
        insert(lines_of_invoices),
        [
            {
                "invoice_id": invoice_id,
                "position": position,
                "description": line.description,
                "quantity": line.quantity,
                "unit_price_minor": line.unit_price,
                "tax_rate": line.tax_rate,
                "total_minor": came_to.total,
                "tax_minor": came_to.tax,
            }
            for position, (line, came_to) in enumerate(zip(lines, priced, strict=True), 1)
        ],
    )


def issue(uow: UnitOfWork, row: Row, parties: Parties, *, today: date, changes: Sequence[dict] = ()) -> Row:
    """Give a draft the next number, keep whom it is to and from, and let it be owed from `today` on; returns its row as
    it is then.

    Without a due date it is due DUE_DAYS later; one that comes to nothing is paid at once. Raises 422 for a due date
    that is past.
    """
    require_due_date(row.due_date, today)
    require_room(uow, row.client_id, row.currency, row.total_minor, "/lines")
    buyer = keep_document(uow.session, row, parties, "published")
    content = content_of(uow, InvoicePublished, row)
    issued = change_invoice(
        uow,
        row.id,
        status="unpaid",
        number=next_number("invoice"),
        issue_date=today,
        due_date=row.due_date or today + timedelta(days=DUE_DAYS),
        published_at=func.now(),
    )
    publish_whole_invoice(uow, InvoicePublished, issued, buyer, content=content, changes=changes)
    return settle(uow, issued, today=today)


def settle(uow: UnitOfWork, row: Row, *, today: date) -> Row:
    """Move an open invoice on which nothing is due any more to paid, with what waited for that; returns its row."""
    if due_on(row):
        return row
    paid = move_invoice(uow, row, "paid", InvoicePaid)
    approve_paid_order(uow, paid, today)
    return paid


def cancel_open_invoice(uow: UnitOfWork, *, invoice_id: uuid.UUID, reason: str | None = None) -> None:
    """Cancel an invoice that is a draft or owed; one that is over already stays as it is.

    Raises invalid-state, with what to undo first, when there is money or credit on it.
    """
    row = uow.session.execute(select(invoices).where(invoices.c.id == invoice_id)).one()
    if may_move(INVOICE_MOVES, row.status, "cancelled"):
        cancel(uow, row, reason)


def cancel(uow: UnitOfWork, row: Row, reason: str | None) -> Row:
    """Cancel an invoice; raises invalid-state when its state does not allow it, or money or credit is on it."""
    require_move(row, "cancelled")
    undo = [f"refund {amount_text(row.paid_minor, row.currency)} of payments"] if row.paid_minor else []
    if row.credit_applied_minor:
        undo.append(f"reverse {amount_text(row.credit_applied_minor, row.currency)} of applied credit")
    if undo:
        raise ServiceProblem("invalid-state", f"{name_of(row)} has money on it: {' and '.join(undo)} first.")
    return move_invoice(uow, row, "cancelled", InvoiceCancelled, reason=reason)


def invoice_of(uow: UnitOfWork, client_id: uuid.UUID, invoice_id: uuid.UUID | None) -> Row:
    """The row of a client's invoice as it is under the stream's lock; raises not-found for one that is not this
    client's."""
    row = uow.session.execute(
        select(invoices).where(invoices.c.id == invoice_id, invoices.c.client_id == client_id)
    ).first()
    if row is None:
        raise not_found()
    return row


def change_invoice(uow: UnitOfWork, invoice_id: uuid.UUID, **values) -> Row:
    """Store `values`, and a version more; returns the row."""
    return uow.session.execute(
        update(invoices)
        .where(invoices.c.id == invoice_id)
        .values(version=invoices.c.version + 1, **values)
        .returning(*invoices.c)
    ).one()


def move_invoice(uow: UnitOfWork, row: Row, status: str, event: type[Event], **facts) -> Row:
    """Move an invoice to `status` and publish `event`; raises invalid-state when the table of states does not lead
    there."""
    require_move(row, status)
    moved = change_invoice(uow, row.id, status=status)
    publish_invoice_event(uow, event, moved, changes=[{"field": "status", "old": row.status, "new": status}], **facts)
    return moved


def require_move(row: Row, status: str) -> None:
    """Raise invalid-state unless the table of states leads from the invoice's state to `status`."""
    if not may_move(INVOICE_MOVES, row.status, status):
        raise ServiceProblem("invalid-state", f"{standing_of(row)}; it cannot become {status}.")


def publish_whole_invoice(
    uow: UnitOfWork,
    event: type[Event],
    row: Row,
    buyer: dict,
    *,
    content: dict | None = None,
    changes: Sequence[dict] = (),
    **facts,
) -> None:
    """Publish `event` with all that the document says: its lines and sums (`content`, where they are read already);
    whom it bills and its notes are personal."""
    content = content or content_of(uow, event, row)
    personal = {"buyer": buyer, **({"notes": row.notes} if row.notes else {})}
    publish_invoice_event(uow, event, row, changes=changes, personal=personal, **content, **facts)


def content_of(uow: UnitOfWork, event: type[Event], row: Row) -> dict:
    """The facts of `event` that are the document's: its lines and sums."""
    return {
        event.lines_name: lines_fact(lines_of(uow.session, row.id), row.currency),
        "subtotal": money(row.subtotal_minor, row.currency),
        "tax_total": money(row.tax_minor, row.currency),
    }


def publish_invoice_event(
    uow: UnitOfWork,
    event: type[Event],
    row: Row,
    *,
    changes: Sequence[dict] = (),
    personal: dict | None = None,
    **facts,
) -> None:
    """Publish `event` about an invoice as `row` has it, with the client's totals after it."""
    uow.publish(
        event(
            client_id=row.client_id,
            entity=("invoice", row.id),
            changes=list(changes),
            personal=personal or {},
            facts={
                "number": invoice_number(row.number),
                "status": row.status,
                "issue_date": day(row.issue_date),
                "due_date": day(row.due_date),
                "total": money(row.total_minor, row.currency),
                "amount_due": money(due_on(row), row.currency),
                "credit_applied": money(row.credit_applied_minor, row.currency),
                "paid": money(row.paid_minor, row.currency),
                **facts,
                "totals": refresh_totals(uow.session, row.client_id),
            },
        )
    )


def due_on(row: Row) -> int:
    """What is still to be paid on an invoice."""
    return amount_due(row.status, row.total_minor, row.credit_applied_minor, row.paid_minor)


def name_of(row: Row) -> str:
    """What an invoice is called in a sentence."""
    return invoice_number(row.number) or "This invoice"


def standing_of(row: Row) -> str:
    """The beginning of a refusal: "INV-00042 is paid"."""
    return f"{name_of(row)} is {'a draft' if row.status == 'draft' else row.status}"
