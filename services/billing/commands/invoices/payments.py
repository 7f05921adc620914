"""Commands of payments and refunds."""

import uuid
from collections.abc import Iterable
from datetime import date as Date

from sqlalchemy import Row, Table, insert, select, update

from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.types.ids import new_id
from chassis.types.money import Money
from services.billing.commands.accounts.open import require_currency
from services.billing.commands.accounts.totals import refresh_totals, require_room
from services.billing.commands.credits.entries import require_owed
from services.billing.commands.credits.ledger import post_entry
from services.billing.commands.invoices.lifecycle import (
    change_invoice,
    due_on,
    invoice_of,
    move_invoice,
    name_of,
    publish_invoice_event,
    settle,
    standing_of,
)
from services.billing.events import InvoiceRefunded, PaymentRecorded
from services.billing.models import CreditApplication, Payment
from services.billing.models.columns import actor_columns
from services.billing.queries.invoices import get_invoice
from services.billing.queries.serializers import amount_text, day, money, ref
from services.billing.rules import OPEN_INVOICE, invoice_number, payment_date_fault

payments, applications = Payment.__table__, CreditApplication.__table__


def record_payment(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    invoice_id: uuid.UUID,
    amount: Money,
    date: Date,
    gateway: str,
    reference: str | None,
    today: Date,
) -> dict:
    """Record money that came in for an invoice that is owed, and answer the invoice; what is too much becomes credit.

    Raises invalid-state for one that is not owed, currency-mismatch, and 422 for a date that its payment cannot have.
    """
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        require_owed(row)
        require_currency(amount, row.currency)
        if fault := payment_date_fault(date, row.issue_date, today):
            raise field_problem("/date", fault)
        take_payment(uow, row, amount.minor, date=date, gateway=gateway, reference=reference or None, today=today)
        return uow.record_answer(get_invoice(uow.session, client_id, invoice_id))


def mark_invoice_paid(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, invoice_id: uuid.UUID, today: Date) -> dict:
    """Record that all that is due on an invoice was paid by hand today, and answer it. Raises invalid-state."""
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        require_owed(row)
        if due_on(row):
            take_payment(uow, row, due_on(row), date=today, gateway="manual", reference=None, today=today)
        else:
            settle(uow, row, today=today)
        return uow.record_answer(get_invoice(uow.session, client_id, invoice_id))


def take_payment(
    uow: UnitOfWork, row: Row, amount: int, *, date: Date, gateway: str, reference: str | None, today: Date
) -> None:
    """Record a payment of `amount` minor units on an invoice that is owed; settle it, and give credit for what is too
    much."""
    used = min(amount, due_on(row))
    payment = _add_payment(
        uow, row, amount_minor=amount, credited_minor=amount - used, paid_on=date, gateway=gateway, reference=reference
    )
    changed = change_invoice(uow, row.id, paid_minor=row.paid_minor + used)
    _publish_payment(uow, row, payment)
    settle(uow, changed, today=today)
    if amount > used:
        post_entry(
            uow,
            client_id=row.client_id,
            amount=amount - used,
            kind="overpayment",
            invoice_id=row.id,
            description=f"Paid above what was due on {name_of(row)}",
        )


def _add_payment(uow: UnitOfWork, row: Row, **values) -> Row:
    return uow.session.execute(
        insert(payments)
        .values(
            id=new_id(),
            client_id=row.client_id,
            invoice_id=row.id,
            currency=row.currency,
            **values,
            **actor_columns(uow.caller),
        )
        .returning(*payments.c)
    ).one()


def _publish_payment(uow: UnitOfWork, row: Row, payment: Row) -> None:
    uow.publish(
        PaymentRecorded(
            client_id=row.client_id,
            entity=("payment", payment.id),
            facts={
                "invoice_id": ref(row.id),
                "invoice_number": invoice_number(row.number),
                "amount": money(payment.amount_minor, row.currency),
                "date": day(payment.paid_on),
                "gateway": payment.gateway,
                "reference": payment.reference,
                "credited": money(payment.credited_minor, row.currency),
                "totals": refresh_totals(uow.session, row.client_id),
            },
        )
    )


def refund_invoice(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    invoice_id: uuid.UUID,
    amount: Money,
    to: str,
    reason: str | None,
) -> dict:
    """Refund `amount` of what was paid for an invoice, `to` the client's credit or the gateway; answers the invoice.

    Of a paid invoice the credit that was applied to it can go back too, to credit alone and after the money; when all
    has gone back it is `refunded`. On one that is still owed only money goes back, and is due again. Raises
    invalid-state when there is nothing to give back, currency-mismatch, and 422 for more than there is.
    """
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        require_currency(amount, row.currency)
        money_in, credit_in = _refundable(uow, row)
        _require_refundable(row, amount, sum(money_in.values()), sum(credit_in.values()), to)
        rest = _spread(uow, payments, "refunded_minor", money_in, amount.minor)
        _spread(uow, applications, "returned_minor", credit_in, rest)
        all_back = row.status == "paid" and amount.minor == sum(money_in.values()) + sum(credit_in.values())
        facts = {
            "amount": amount.to_wire(),
            "to": to,
            "reason": reason or None,
            "payments": [
                {"id": str(payment_id), "amount": money(taken, row.currency)}
                for payment_id, taken in _taken(money_in, amount.minor)
            ],
        }
        _record_refund(uow, row, amount, all_back, facts)
        if to == "credit":
            post_entry(
                uow,
                client_id=client_id,
                amount=amount.minor,
                kind="refund",
                invoice_id=row.id,
                description=reason or f"Refund of {name_of(row)}",
            )
        return uow.record_answer(get_invoice(uow.session, client_id, invoice_id))


def _refundable(uow: UnitOfWork, row: Row) -> tuple[dict, dict]:
    """What can still go back of each payment and of each application, {id: minor units}, the oldest first."""
    paid = uow.session.execute(
        select(payments).where(payments.c.invoice_id == row.id).order_by(payments.c.created_at, payments.c.id)
    )
    used = (
        uow.session.execute(
            select(applications)
            .where(applications.c.invoice_id == row.id)
            .order_by(applications.c.created_at, applications.c.id)
        )
        if row.status == "paid"
        else ()
    )
    return (
        {one.id: one.amount_minor - one.credited_minor - one.refunded_minor for one in paid},
        {one.id: one.amount_minor - one.returned_minor for one in used},
    )


def _require_refundable(row: Row, amount: Money, money_in: int, credit_in: int, to: str) -> None:
    most = money_in + (credit_in if to == "credit" else 0)
    if row.status not in (*OPEN_INVOICE, "paid") or not money_in + credit_in:
        raise ServiceProblem("invalid-state", f"{standing_of(row)}; there is nothing on it to give back.")
    if amount.minor > most:
        where = "to credit" if to == "credit" else "through the gateway"
        raise field_problem("/amount", f"At most {amount_text(most, row.currency)} can go back {where}.")


def _spread(uow: UnitOfWork, table: Table, column: str, left: dict[uuid.UUID, int], amount: int) -> int:
    """Take `amount` from the rows of `table` in their order, each up to what is `left` of it; returns what is over."""
    for row_id, most in _taken(left, amount):
        uow.session.execute(update(table).where(table.c.id == row_id).values({column: table.c[column] + most}))
    return max(0, amount - sum(left.values()))


def _taken(left: dict[uuid.UUID, int], amount: int) -> Iterable[tuple[uuid.UUID, int]]:
    for row_id, most in left.items():
        taken = min(most, amount)
        amount -= taken
        if taken:
            yield row_id, taken


def _record_refund(uow: UnitOfWork, row: Row, amount: Money, all_back: bool, facts: dict) -> None:
    """Move the invoice to refunded, or let what went back be due again; publishes the refund."""
    if all_back:
        move_invoice(uow, row, "refunded", InvoiceRefunded, **facts)
        return
    values = {}
    if row.status != "paid":
        require_room(uow, row.client_id, row.currency, amount.minor, "/amount")
        values = {"paid_minor": row.paid_minor - amount.minor}
    publish_invoice_event(uow, InvoiceRefunded, change_invoice(uow, row.id, **values), **facts)
