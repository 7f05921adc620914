"""The credit ledger: entries are only ever added, under the lock of the client's stream, one after the other."""

import uuid

from sqlalchemy import Row, insert, select

from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWork
from chassis.types.ids import new_id
from chassis.types.money import MAX_MINOR
from services.billing.commands.accounts.open import currency_of
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.events import CreditAdded, CreditApplied, CreditReversed
from services.billing.models import CreditEntry, Invoice
from services.billing.models.columns import actor_columns
from services.billing.queries.serializers import amount_text, money, ref
from services.billing.rules import invoice_number

entries = CreditEntry.__table__


def post_entry(
    uow: UnitOfWork,
    *,
    client_id: uuid.UUID,
    amount: int,
    kind: str,
    description: str,
    invoice_id: uuid.UUID | None = None,
    reverses: uuid.UUID | None = None,
) -> Row:
    """Add an entry of `amount` minor units (below zero for what is used) to a client's ledger and publish it; returns its
    row.

    It locks nothing: `uow` holds the client's stream, so nobody else adds one meanwhile. Change first what the entry
    stands for, such as an invoice's amounts, for its event carries the totals after both. Raises insufficient-credit
    when the balance would fall below zero.
    """
    last, currency = last_entry(uow, client_id), currency_of(uow, client_id)
    balance = _balance_after(last, amount, currency)
    entry = uow.session.execute(
        insert(entries)
        .values(
            id=new_id(),
            client_id=client_id,
            seq=last.seq + 1 if last else 1,
            currency=currency,
            amount_minor=amount,
            balance_after_minor=balance,
            kind=kind,
            description=description,
            invoice_id=invoice_id,
            reverses=reverses,
            **actor_columns(uow.caller),
        )
        .returning(*entries.c)
    ).one()
    _publish_entry(uow, entry)
    return entry


def _balance_after(last: Row | None, amount: int, currency: str) -> int:
    before = last.balance_after_minor if last else 0
    if before + amount < 0:
        raise ServiceProblem("insufficient-credit", f"The client's credit is {amount_text(before, currency)}.")
    if before + amount > MAX_MINOR:
        raise field_problem("/amount", "The ledger cannot hold this much credit.")
    return before + amount


def balance_of(uow: UnitOfWork, client_id: uuid.UUID) -> int:
    """The credit that a client has, in minor units of its currency."""
    last = last_entry(uow, client_id)
    return last.balance_after_minor if last else 0


def last_entry(uow: UnitOfWork, client_id: uuid.UUID) -> Row | None:
    """The newest entry of a client's ledger."""
    return uow.session.execute(
        select(entries).where(entries.c.client_id == client_id).order_by(entries.c.seq.desc()).limit(1)
    ).first()


def _publish_entry(uow: UnitOfWork, entry: Row) -> None:
    number = (
        uow.session.scalar(select(Invoice.number).where(Invoice.id == entry.invoice_id)) if entry.invoice_id else None
    )
    facts = {
        "amount": money(entry.amount_minor, entry.currency),
        "kind": entry.kind,
        "description": entry.description,
        "balance_after": money(entry.balance_after_minor, entry.currency),
        "invoice_id": ref(entry.invoice_id),
        "invoice_number": invoice_number(number),
        "totals": refresh_totals(uow.session, entry.client_id),
    }
    event = CreditReversed if entry.reverses else CreditApplied if entry.kind == "applied" else CreditAdded
    if entry.reverses:
        facts["reverses"] = ref(entry.reverses)
    uow.publish(event(client_id=entry.client_id, entity=("credit", entry.id), facts=facts))
