"""Commands of invoices: make one by hand, change a draft, publish, cancel."""

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, select

from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.types.money import Money, MoneyError
from services.billing.commands.accounts.open import currency_of
from services.billing.commands.credits.entries import apply_available_credit
from services.billing.commands.invoices.lifecycle import (
    NewLine,
    add_invoice,
    amount_columns,
    cancel,
    change_invoice,
    invoice_of,
    issue,
    price_lines,
    publish_invoice_event,
    replace_lines,
    require_move,
    standing_of,
)
from services.billing.events import InvoiceDrafted
from services.billing.models import InvoiceLine
from services.billing.queries.invoices import get_invoice
from services.billing.queries.serializers import amount_text, day, decimal, money

kept_lines = InvoiceLine.__table__


def create_invoice(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    lines: list[dict],
    due_date: date | None,
    notes: str | None,
    publish: bool,
    apply_credit: bool,
    tax_exempt: bool,
    today: date,
) -> dict:
    """Make an invoice, a draft or published at once, and answer it; `tax_exempt` sets each rate to 0.

    `apply_credit` applies what credit there is to it. Raises 422 for what cannot be billed, and for credit on a draft: it
    is used when that is published.
    """
    if apply_credit and not publish:
        raise field_problem("/apply_credit", "Credit is used when an invoice is published, not for a draft.")
    with open_uow(stream=client_id) as uow:
        currency = currency_of(uow, client_id)
        invoice_id = add_invoice(
            uow,
            client_id=client_id,
            currency=currency,
            due_date=due_date,
            notes=notes or None,
            lines=read_lines(lines, currency, tax_exempt),
            today=today,
            publish=publish,
        )
        if apply_credit:
            apply_available_credit(uow, invoice_of(uow, client_id, invoice_id), today=today)
        return uow.record_answer(get_invoice(uow.session, client_id, invoice_id))


def update_draft(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    invoice_id: uuid.UUID,
    version: int,
    lines: list[dict],
    due_date: date | None,
    notes: str | None,
    tax_exempt: bool,
) -> dict:
    """Replace a draft's lines, due date and notes; answers it. Raises stale when it is not at `version` any more."""
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        if row.status != "draft":
            raise ServiceProblem("invalid-state", f"{standing_of(row)}; only a draft can be changed.")
        if row.version != version:
            raise ServiceProblem("stale", "Somebody else changed this draft meanwhile.", version=row.version)
        before = _content(uow, row)
        _rewrite(uow, row, read_lines(lines, row.currency, tax_exempt), due_date=due_date, notes=notes or None)
        row = invoice_of(uow, client_id, invoice_id)
        after = _content(uow, row)
        changes = [
            {"field": name, "old": before[name], "new": after[name]} for name in after if before[name] != after[name]
        ]
        if changes:
            publish_invoice_event(uow, InvoiceDrafted, row, changes=changes)
        return uow.record_answer(get_invoice(uow.session, client_id, invoice_id))


def publish_invoice(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    invoice_id: uuid.UUID,
    apply_credit: bool,
    tax_exempt: bool,
    today: date,
) -> dict:
    """Publish a draft: it gets the next number, its day of issue, and is owed; answers it. Raises invalid-state for no
    draft.

    A client that has become `tax_exempt` since it was drafted pays no tax; `apply_credit` applies what credit there is.
    """
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        require_move(row, "unpaid")
        if tax_exempt and row.tax_minor:
            row = _without_tax(uow, row)
        price_lines(_kept(uow, row))
        row = issue(uow, row, today=today, changes=[{"field": "status", "old": "draft", "new": "unpaid"}])
        if apply_credit:
            apply_available_credit(uow, row, today=today)
        return uow.record_answer(get_invoice(uow.session, client_id, invoice_id))


def cancel_invoice(
    open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, invoice_id: uuid.UUID, reason: str | None
) -> dict:
    """Cancel a draft or what is owed and answer it; a number that it has stays used.

    Raises invalid-state for one that is over already, and, with what to undo first, for one with money or
    credit on it.
    """
    with open_uow(stream=client_id) as uow:
        cancel(uow, invoice_of(uow, client_id, invoice_id), reason or None)
        return uow.record_answer(get_invoice(uow.session, client_id, invoice_id))


def read_lines(lines: list[dict], currency: str, tax_exempt: bool) -> list[NewLine]:
    """Lines as the schema loads them, their prices in minor units of `currency`; each price that has too many digits is
    named."""
    read, errors = [], []
    for position, line in enumerate(lines):
        try:
            price = Money.parse(format(line["unit_price"], "f"), currency).minor
        except MoneyError as error:
            errors.append({"pointer": f"/lines/{position}/unit_price", "code": "validation", "message": str(error)})
            continue
        read.append(
            NewLine(line["description"], line["quantity"], price, Decimal(0) if tax_exempt else line["tax_rate"])
        )
    if errors:
        raise ServiceProblem(
            "validation", "; ".join(f"{error['pointer']}: {error['message']}" for error in errors), errors
        )
    return read


def _rewrite(uow: UnitOfWork, row: Row, lines: list[NewLine], **values) -> Row:
    priced, amounts = price_lines(lines)
    replace_lines(uow, row.id, lines, priced)
    return change_invoice(uow, row.id, **amount_columns(amounts), **values)


def _without_tax(uow: UnitOfWork, row: Row) -> Row:
    return _rewrite(uow, row, [replace(line, tax_rate=Decimal(0)) for line in _kept(uow, row)])


def _kept(uow: UnitOfWork, row: Row) -> list[NewLine]:
    return [
        NewLine(line.description, line.quantity, line.unit_price_minor, line.tax_rate) for line in _lines_of(uow, row)
    ]


def _content(uow: UnitOfWork, row: Row) -> dict:
    """The content of a draft as its log shows it."""
    lines = [
        f"{decimal(line.quantity)} × {line.description}, {amount_text(line.unit_price_minor, row.currency)} each, "
        f"{decimal(line.tax_rate)}% tax"
        for line in _lines_of(uow, row)
    ]
    return {
        "lines": lines,
        "total": money(row.total_minor, row.currency),
        "due_date": day(row.due_date),
        "notes": row.notes,
    }


def _lines_of(uow: UnitOfWork, row: Row) -> list[Row]:
    return uow.session.execute(
        select(kept_lines).where(kept_lines.c.invoice_id == row.id).order_by(kept_lines.c.position)
    ).all()
