"""Commands of invoices: make one by hand, change a draft, publish, cancel."""

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from chassis.db.row_limits import require_below
from chassis.db.tables import outbox
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
    publish_whole_invoice,
    replace_lines,
    require_due_date,
    require_move,
    standing_of,
)
from services.billing.events import InvoiceDrafted, InvoiceResent
from services.billing.queries.documents import Parties, buyer_of, current
from services.billing.queries.invoices import get_invoice, lines_of
from services.billing.queries.serializers import amount_text, day, decimal, money


def create_invoice(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    lines: list[dict],
    due_date: date | None,
    notes: str | None,
    publish: bool,
    apply_credit: bool,
    parties: Parties,
    today: date,
) -> dict:
    """Make an invoice, a draft or published at once, and answer it; a tax-exempt client's rates are 0.

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
            lines=read_lines(lines, currency, parties.tax_exempt),
            parties=parties,
            today=today,
            publish=publish,
        )
        if apply_credit:
            apply_available_credit(uow, invoice_of(uow, client_id, invoice_id), today=today)
        return uow.record_answer(_shown(uow, client_id, invoice_id, parties))


def update_draft(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    invoice_id: uuid.UUID,
    version: int,
    lines: list[dict],
    due_date: date | None,
    notes: str | None,
    parties: Parties,
    today: date,
) -> dict:
    """Replace a draft's lines, due date and notes; answers it. Raises stale when it is not at `version` any more."""
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        if row.status != "draft":
            raise ServiceProblem("invalid-state", f"{standing_of(row)}; only a draft can be changed.")
        if row.version != version:
            raise ServiceProblem("stale", "Somebody else changed this draft meanwhile.", version=row.version)
        require_due_date(due_date, today)
        before = _content(uow, row)
        _rewrite(uow, row, read_lines(lines, row.currency, parties.tax_exempt), due_date=due_date, notes=notes or None)
        row = invoice_of(uow, client_id, invoice_id)
        after = _content(uow, row)
        changes = [
            {"field": name, "old": before[name], "new": after[name]} for name in after if before[name] != after[name]
        ]
        if changes:
            buyer = buyer_of(uow.session, client_id, parties.client)
            publish_whole_invoice(uow, InvoiceDrafted, row, buyer, changes=changes)
        return uow.record_answer(_shown(uow, client_id, invoice_id, parties))


def publish_invoice(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    invoice_id: uuid.UUID,
    apply_credit: bool,
    parties: Parties,
    today: date,
) -> dict:
    """Publish a draft: it gets the next number, its day of issue, and is owed; answers it. Raises invalid-state for no
    draft.

    It keeps `parties` as they are now. A client that has become tax-exempt since it was drafted pays no tax;
    `apply_credit` applies what credit there is.
    """
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        require_move(row, "unpaid")
        if parties.tax_exempt and row.tax_minor:
            row = _without_tax(uow, row)
        price_lines(_kept(uow, row))
        row = issue(uow, row, parties, today=today, changes=[{"field": "status", "old": "draft", "new": "unpaid"}])
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


def resend_invoice(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, invoice_id: uuid.UUID) -> dict:
    """Have an issued invoice mailed to its client once more, and answer it. Raises invalid-state for one that has no
    number or was cancelled, `too-many-requests` where it, or others of the client, were sent often."""
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        if row.number is None or row.status == "cancelled":
            raise ServiceProblem("invalid-state", f"{standing_of(row)}; only an issued invoice is sent.")
        _require_few_resends(uow.session, client_id, invoice_id)
        publish_invoice_event(uow, InvoiceResent, row)
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


def _require_few_resends(session: Session, client_id: uuid.UUID, invoice_id: uuid.UUID) -> None:
    sent = select(outbox).where(outbox.c.stream == str(client_id), outbox.c.type == InvoiceResent.type)
    of_invoice = sent.where(outbox.c.body["facts"]["entity"]["id"].astext == str(invoice_id))
    require_below(session, "resends-of-invoice", outbox.c.recorded_at, of_invoice)
    require_below(session, "resends-to-client", outbox.c.recorded_at, sent)


def _shown(uow: UnitOfWork, client_id: uuid.UUID, invoice_id: uuid.UUID, parties: Parties) -> dict:
    """The invoice as it is after the change; a draft with its parties as they are now."""
    invoice = get_invoice(uow.session, client_id, invoice_id)
    return invoice if invoice["document"] else {**invoice, **current(uow.session, client_id, parties, invoice)}


def _rewrite(uow: UnitOfWork, row: Row, lines: list[NewLine], **values) -> Row:
    priced, amounts = price_lines(lines)
    replace_lines(uow, row.id, lines, priced)
    return change_invoice(uow, row.id, **amount_columns(amounts), **values)


def _without_tax(uow: UnitOfWork, row: Row) -> Row:
    return _rewrite(uow, row, [replace(line, tax_rate=Decimal(0)) for line in _kept(uow, row)])


def _kept(uow: UnitOfWork, row: Row) -> list[NewLine]:
    return [
        NewLine(line.description, line.quantity, line.unit_price_minor, line.tax_rate)
        for line in lines_of(uow.session, row.id)
    ]


def _content(uow: UnitOfWork, row: Row) -> dict:
    """The content of a draft as its log shows it."""
    lines = [
        f"{decimal(line.quantity)} × {line.description}, {amount_text(line.unit_price_minor, row.currency)} each, "
        f"{decimal(line.tax_rate)}% tax"
        for line in lines_of(uow.session, row.id)
    ]
    return {
        "lines": lines,
        "total": money(row.total_minor, row.currency),
        "due_date": day(row.due_date),
        "notes": row.notes,
    }
