"""Overview of a record: all that billing shows there, in one answer."""

import uuid
from datetime import date

from sqlalchemy.orm import Session

from chassis.errors import not_found
from services.billing.queries.accounts import ClientReader, get_billing, totals_for
from services.billing.queries.credits import credit_history
from services.billing.queries.domains import domains_soon
from services.billing.queries.invoices import owed_by_age
from services.billing.queries.serializers import money
from services.billing.queries.subscriptions import first_subscriptions
from services.billing.rules import AGEING

SUBSCRIPTIONS_SHOWN, DOMAINS_SHOWN = 6, 5


def get_overview(session: Session, read_clients: ClientReader, client_id: uuid.UUID, today: date) -> dict:
    """The client's totals with `ageing`, `credit_history`, `services`, `domains_soon` and
    `account`. Raises not-found."""
    totals = _totals(session, read_clients, client_id)
    return {
        **totals,
        "ageing": _ageing(session, client_id, totals, today),
        "credit_history": credit_history(session, client_id, today),
        "services": first_subscriptions(session, client_id, SUBSCRIPTIONS_SHOWN),
        "domains_soon": domains_soon(session, client_id, today, DOMAINS_SHOWN),
        "account": get_billing(session, read_clients, client_id),
    }


def head(session: Session, read_clients: ClientReader, client_id: uuid.UUID, chart: str | None, today: date) -> dict:
    """What a tab of the record shows around its list: the client's totals and the `chart`, "ageing" or
    "credit_history". Raises not-found."""
    totals = _totals(session, read_clients, client_id)
    if chart == "ageing":
        return {**totals, "ageing": _ageing(session, client_id, totals, today)}
    if chart == "credit_history":
        return {**totals, "credit_history": credit_history(session, client_id, today)}
    return totals


def _totals(session: Session, read_clients: ClientReader, client_id: uuid.UUID) -> dict:
    totals = totals_for(session, read_clients, [client_id]).get(str(client_id))
    if totals is None:
        raise not_found()
    return totals


def _ageing(session: Session, client_id: uuid.UUID, totals: dict, today: date) -> list[dict]:
    currency = totals["outstanding"]["currency"]
    owed = zip(AGEING, owed_by_age(session, client_id, today), strict=True)
    return [{"label": label, "from_days": first, "amount": money(minor, currency)} for (label, first), minor in owed]
