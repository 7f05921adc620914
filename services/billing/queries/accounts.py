"""Billing accounts, and what stands for them until they are opened."""

import uuid
from collections.abc import Callable, Iterable

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.errors import not_found
from services.billing.models import BillingAccount, CreditEntry, Invoice, Order
from services.billing.queries.totals import no_totals, totals_of

table = BillingAccount.__table__
_ACCOUNT = CompiledSelect(select(table).where(table.c.client_id == bindparam("client_id")))
_IN_CURRENCY = (exists().where(model.client_id == bindparam("client_id")) for model in (Invoice, Order, CreditEntry))
_HAS_AMOUNTS = CompiledSelect(select(or_(*_IN_CURRENCY)))
ADDRESS = ("address1", "address2", "city", "state", "postcode", "country")

# Reads clients: ids -> {id: {"currency", …}} of those that exist.
ClientReader = Callable[[list[str]], dict[str, dict]]


def get_billing(session: Session, read_clients: ClientReader, client_id: uuid.UUID) -> dict:
    """{currency, currency_locked, address, version} of a client; `address` None means: as in the profile. Raises
    not-found."""
    account = account_of(session, client_id)
    if account is None:
        return {
            "currency": opening_of(session, read_clients, client_id)["currency"],
            "currency_locked": False,
            "address": None,
            "version": 1,
        }
    return account_to_wire(session, account)


def account_of(session: Session, client_id: uuid.UUID):
    """The row of a client's account, or None."""
    return _ACCOUNT.first(session, client_id=client_id)


def account_to_wire(session: Session, account) -> dict:
    """An account's JSON form."""
    address = {name: getattr(account, name) for name in ADDRESS}
    return {
        "currency": account.currency,
        "currency_locked": has_amounts(session, account.client_id),
        "address": address if any(address.values()) else None,
        "version": account.version,
    }


def has_amounts(session: Session, client_id: uuid.UUID) -> bool:
    """Whether there is an invoice, an order or a credit entry, all of which are in the account's currency."""
    return _HAS_AMOUNTS.scalar(session, client_id=client_id)


def totals_for(session: Session, read_clients: ClientReader, client_ids: Iterable[uuid.UUID]) -> dict[str, dict]:
    """{client id: totals}; nothing yet, in its own currency, for a client without an account. Unknown ids are left
    out."""
    found = totals_of(session, client_ids)
    missing = [str(client_id) for client_id in client_ids if str(client_id) not in found]
    if missing:
        session.rollback()  # give the connection back while another service is asked
        found |= {client_id: no_totals(known["currency"]) for client_id, known in read_clients(missing).items()}
    return found


def opening_of(session: Session, read_clients: ClientReader, client_id: uuid.UUID) -> dict:
    """What the clients service knows of a client that has no account yet. Raises not-found."""
    session.rollback()  # give the connection back while another service is asked
    known = read_clients([str(client_id)]).get(str(client_id))
    if known is None:
        raise not_found()
    return known
