"""The credit ledger inside somebody's transaction. Entries are only ever added; the stream's row makes writers take turns."""

import uuid

from sqlalchemy import Row, insert, select

from chassis.errors import ServiceProblem, field_problem
from chassis.ids import new_id
from chassis.money import MAX_MINOR, Money
from chassis.unit_of_work import Work
from services.billing.commands.accounts import currency_of
from services.billing.commands.totals import refresh_totals
from services.billing.events import CreditAdded, CreditApplied, CreditReversed
from services.billing.models import CreditEntry, Invoice
from services.billing.queries.wire import money, ref
from services.billing.rules import invoice_number

entries = CreditEntry.__table__


def post_entry(work: Work, *, client_id: uuid.UUID, amount: int, kind: str, description: str,
               invoice_id: uuid.UUID | None = None, reverses: uuid.UUID | None = None) -> Row:
    """Add an entry of `amount` minor units (below zero for what is used) to a client's ledger and say so; returns its row.

    It locks nothing: `work` holds the client's stream, so nobody else adds one meanwhile. Change first what the entry stands
    for, an invoice's amounts say, for its event carries the totals after both. Raises insufficient-credit when the balance
    would fall below zero.
    """
    last, currency = last_entry(work, client_id), currency_of(work, client_id)
    seq, balance = (last.seq, last.balance_after_minor) if last else (0, 0)
    if balance + amount < 0:
        raise ServiceProblem("insufficient-credit", f"The client's credit is {Money(balance, currency).amount} {currency}.")
    if balance + amount > MAX_MINOR:
        raise field_problem("/amount", "The ledger cannot hold this much credit.")
    entry = work.session.execute(insert(entries).values(
        id=new_id(), client_id=client_id, seq=seq + 1, currency=currency, amount_minor=amount,
        balance_after_minor=balance + amount, kind=kind, description=description, invoice_id=invoice_id, reverses=reverses,
        actor_kind=work.caller.kind, actor_id=work.caller.id, actor_name=work.caller.name).returning(*entries.c)).one()
    _tell(work, entry)
    return entry


def balance_of(work: Work, client_id: uuid.UUID) -> int:
    """The credit that a client has, in minor units of its currency."""
    last = last_entry(work, client_id)
    return last.balance_after_minor if last else 0


def last_entry(work: Work, client_id: uuid.UUID) -> Row | None:
    """The newest entry of a client's ledger."""
    return work.session.execute(select(entries).where(entries.c.client_id == client_id)
                                .order_by(entries.c.seq.desc()).limit(1)).first()


def _tell(work: Work, entry: Row) -> None:
    number = work.session.scalar(select(Invoice.number).where(Invoice.id == entry.invoice_id)) if entry.invoice_id else None
    facts = {"amount": money(entry.amount_minor, entry.currency), "kind": entry.kind, "description": entry.description,
             "balance_after": money(entry.balance_after_minor, entry.currency), "invoice_id": ref(entry.invoice_id),
             "invoice_number": invoice_number(number), "totals": refresh_totals(work.session, entry.client_id)}
    event = CreditReversed if entry.reverses else CreditApplied if entry.kind == "applied" else CreditAdded
    if entry.reverses:
        facts["reverses"] = ref(entry.reverses)
    work.publish(event(client_id=entry.client_id, entity=("credit", entry.id), facts=facts))
