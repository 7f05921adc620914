"""Opening of a client's billing account: on the event of its creation, or before the first command that needs it."""

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import field_problem, not_found
from chassis.events.batch_of_work import BatchOfWork
from chassis.events.unit_of_work import UnitOfWork, nested_unit_of_work
from chassis.types.money import Money
from services.billing.commands.accounts.totals import refresh_totals, refresh_totals_of
from services.billing.events import BillingAccountOpened
from services.billing.models import BillingAccount
from services.billing.queries.accounts import ClientReader


def open_account(uow: UnitOfWork, *, client_id: uuid.UUID, currency: str) -> bool:
    """Open a client's account in `currency` unless it has one; returns whether it did. `uow` holds the client's
    stream."""
    opened = uow.session.execute(
        upsert(BillingAccount)
        .values(client_id=client_id, currency=currency)
        .on_conflict_do_nothing()
        .returning(BillingAccount.client_id)
    ).first()
    if opened is None:
        return False
    uow.publish(_opened(client_id, currency, refresh_totals(uow.session, client_id)))
    return True


def open_accounts_of(batch: BatchOfWork, currencies: dict[uuid.UUID, str], callers: dict[uuid.UUID, Caller]) -> None:
    """The same for the clients of {client id: currency}, whose streams `batch` holds, each in the name of its caller."""
    accounts = [{"client_id": client_id, "currency": currency} for client_id, currency in currencies.items()]
    opened = set(
        batch.session.scalars(
            upsert(BillingAccount).on_conflict_do_nothing().returning(BillingAccount.client_id), accounts
        )
    )
    totals = refresh_totals_of(batch.session, list(opened))
    for client_id, currency in currencies.items():
        if client_id in opened:
            batch.publish(_opened(client_id, currency, totals[client_id]), callers[client_id])


def _opened(client_id: uuid.UUID, currency: str, totals: dict) -> BillingAccountOpened:
    facts = {"currency": currency, "totals": totals}
    return BillingAccountOpened(client_id=client_id, entity=("billing_account", client_id), facts=facts)


def open_missing_accounts(
    session: Session, *, caller: Caller, client_ids: list[uuid.UUID], read_clients: ClientReader
) -> dict[uuid.UUID, str]:
    """Open the accounts that `client_ids` lack, each in a transaction of its own; returns {client id: currency}.

    Clients are read before the first of them begins: no call waits inside a transaction. Ids that no client has are
    left out.
    """
    known = currencies_of(session, client_ids)
    missing = [str(client_id) for client_id in client_ids if client_id not in known]
    session.rollback()
    for client_id, client in (read_clients(missing) if missing else {}).items():
        with nested_unit_of_work(session, "billing", caller, client_id) as uow:
            open_account(uow, client_id=uuid.UUID(client_id), currency=client["currency"])
        session.commit()
    return known | currencies_of(session, [uuid.UUID(client_id) for client_id in missing])


def currencies_of(session: Session, client_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """{client id: currency} of those that have an account."""
    accounts = select(BillingAccount.client_id, BillingAccount.currency).where(BillingAccount.client_id.in_(client_ids))
    return {row.client_id: row.currency for row in session.execute(accounts)}


def ensure_account(session: Session, *, caller: Caller, client_id: uuid.UUID, read_clients: ClientReader) -> None:
    """Open a client's account unless it has one; clients are read only where it has none. Raises not-found."""
    accounts = open_missing_accounts(session, caller=caller, client_ids=[client_id], read_clients=read_clients)
    if client_id not in accounts:
        raise not_found()


def currency_of(uow: UnitOfWork, client_id: uuid.UUID) -> str:
    """The currency of a client's account, which exists and does not change while `uow` holds the client's stream."""
    return currencies_of(uow.session, [client_id])[client_id]


def require_currency(amount: Money, currency: str, pointer: str = "/amount") -> None:
    """Raise currency-mismatch, naming the field, unless `amount` is in `currency`."""
    if amount.currency != currency:
        raise field_problem(pointer, f"The client's currency is {currency}.", "currency-mismatch")
