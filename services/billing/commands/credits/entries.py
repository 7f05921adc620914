"""Credit commands: add credit, apply it to invoices, reverse an entry of the ledger."""

import uuid
from datetime import date

from sqlalchemy import Row, insert, select, update

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.types.ids import new_id
from chassis.types.money import Money
from services.billing.commands.accounts.open import currency_of, require_currency
from services.billing.commands.accounts.totals import require_room
from services.billing.commands.credits.ledger import balance_of, post_entry
from services.billing.commands.invoices.lifecycle import (
    change_invoice,
    due_on,
    invoice_of,
    name_of,
    settle,
    standing_of,
)
from services.billing.models import CreditApplication, CreditEntry, Invoice
from services.billing.queries.credits import get_entry
from services.billing.queries.invoices import get_invoice
from services.billing.queries.serializers import amount_text
from services.billing.rules import OPEN_INVOICE

applications, entries = CreditApplication.__table__, CreditEntry.__table__


def add_credit(
    open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, amount: Money, description: str, invoice_id: uuid.UUID | None
) -> dict:
    """Add credit for a client and answer the entry. Raises currency-mismatch, and 422 for an invoice that is not the
    client's."""
    with open_uow(stream=client_id) as uow:
        require_currency(amount, currency_of(uow, client_id))
        if invoice_id is not None and not _is_of(uow, client_id, invoice_id):
            raise field_problem("/invoice_id", "The client has no such invoice.")
        entry = post_entry(
            uow, client_id=client_id, amount=amount.minor, kind="added", description=description, invoice_id=invoice_id
        )
        return uow.record_answer(get_entry(uow.session, client_id, entry.id))


def apply_credit(
    open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, invoice_id: uuid.UUID, amount: Money | None, today: date
) -> dict:
    """Apply credit to an invoice that is owed, as much as there is and as is due unless `amount` is given; answers the
    invoice.

    Raises invalid-state for one that is not owed, insufficient-credit, and 422 for more than is due.
    """
    with open_uow(stream=client_id) as uow:
        row = invoice_of(uow, client_id, invoice_id)
        require_owed(row)
        use_credit(uow, row, _amount_to_use(uow, row, amount), today=today)
        return uow.record_answer(get_invoice(uow.session, client_id, invoice_id))


def reverse_credit(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, entry_id: uuid.UUID, description: str) -> dict:
    """Reverse an entry of the ledger by a new one of kind correction, once; answers the new entry.

    Reversing an application lets that much be due on its invoice again. Raises not-found; duplicate for an entry that
    was reversed before; invalid-state for a correction, and for credit used for an invoice that is not owed any more;
    insufficient-credit when what it gave has been spent.
    """
    with open_uow(stream=client_id) as uow:
        entry = _entry_of(uow, client_id, entry_id)
        if entry.kind == "correction":
            raise ServiceProblem("invalid-state", "A correction is not reversed; add credit, or reverse another entry.")
        if uow.session.scalar(select(entries.c.id).where(entries.c.reverses == entry_id)):
            raise ServiceProblem("duplicate", "This entry has been reversed already.")
        if entry.kind == "applied":
            _release(uow, entry)
        new = post_entry(
            uow,
            client_id=client_id,
            amount=-entry.amount_minor,
            kind="correction",
            description=description,
            invoice_id=entry.invoice_id,
            reverses=entry_id,
        )
        return uow.record_answer(get_entry(uow.session, client_id, new.id))


def apply_available_credit(uow: UnitOfWork, row: Row, *, today: date) -> Row:
    """Apply a client's credit to one of its invoices that has just been issued, as far as it goes; returns its row."""
    amount = min(balance_of(uow, row.client_id), due_on(row))
    return use_credit(uow, row, amount, today=today) if amount else row


def use_credit(uow: UnitOfWork, row: Row, amount: int, *, today: date) -> Row:
    """Apply `amount` minor units of credit to an invoice on which so much is due; returns its row, which may be paid
    then."""
    changed = change_invoice(uow, row.id, credit_applied_minor=row.credit_applied_minor + amount)
    entry = post_entry(
        uow,
        client_id=row.client_id,
        amount=-amount,
        kind="applied",
        description="Account credit applied",
        invoice_id=row.id,
    )
    uow.session.execute(
        insert(applications).values(
            id=new_id(), client_id=row.client_id, invoice_id=row.id, credit_entry_id=entry.id, amount_minor=amount
        )
    )
    return settle(uow, changed, today=today)


def require_owed(row: Row) -> None:
    """Raise invalid-state unless an invoice is published and not over yet."""
    if row.status not in OPEN_INVOICE:
        raise ServiceProblem("invalid-state", f"{standing_of(row)}; only what is owed can be paid.")


def _amount_to_use(uow: UnitOfWork, row: Row, amount: Money | None) -> int:
    balance, due = balance_of(uow, row.client_id), due_on(row)
    if amount is not None:
        require_currency(amount, row.currency)
        if amount.minor > due:
            raise field_problem("/amount", f"Only {amount_text(due, row.currency)} is due on {name_of(row)}.")
    wanted = min(balance, due) if amount is None else amount.minor
    if not wanted or wanted > balance:
        raise field_problem(
            "/amount",
            f"The client's credit is {amount_text(balance, row.currency)}.",
            "insufficient-credit",
        )
    return wanted


def _release(uow: UnitOfWork, entry: Row) -> None:
    """Take what an application paid off its invoice again, which must still be owed."""
    row = invoice_of(uow, entry.client_id, entry.invoice_id)
    if row.status not in OPEN_INVOICE:
        raise ServiceProblem("invalid-state", f"{standing_of(row)}; refund it to give its credit back.")
    require_room(uow, row.client_id, row.currency, -entry.amount_minor, "/entry_id")
    uow.session.execute(
        update(applications)
        .where(applications.c.credit_entry_id == entry.id)
        .values(returned_minor=applications.c.amount_minor)
    )
    change_invoice(uow, row.id, credit_applied_minor=row.credit_applied_minor + entry.amount_minor)


def _entry_of(uow: UnitOfWork, client_id: uuid.UUID, entry_id: uuid.UUID) -> Row:
    entry = uow.session.execute(
        select(entries).where(entries.c.id == entry_id, entries.c.client_id == client_id)
    ).first()
    if entry is None:
        raise not_found()
    return entry


def _is_of(uow: UnitOfWork, client_id: uuid.UUID, invoice_id: uuid.UUID) -> bool:
    return bool(uow.session.scalar(select(Invoice.id).where(Invoice.id == invoice_id, Invoice.client_id == client_id)))
