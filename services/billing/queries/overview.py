"""Overview of a record: all that billing shows there, in one answer."""

import uuid
from datetime import date

from sqlalchemy.orm import Session

from chassis.errors import not_found
from services.billing.queries.accounts import ClientReader, totals_for
from services.billing.queries.credits import credit_history
from services.billing.queries.domains import domains_soon
from services.billing.queries.invoices import owed_by_age
from services.billing.queries.serializers import money
from services.billing.queries.subscriptions import first_subscriptions
from services.billing.rules import AGEING

SUBSCRIPTIONS_SHOWN, DOMAINS_SHOWN = 6, 5


def get_overview(session: Session, read_clients: ClientReader, client_id: uuid.UUID, today: date) -> dict:
    """The client's totals with `ageing`, `credit_history`, `services` and `domains_soon`. Raises not-found."""
    totals = totals_for(session, read_clients, [client_id]).get(str(client_id))
    if totals is None:
        raise not_found()
    currency = totals["outstanding"]["currency"]
    owed = zip(AGEING, owed_by_age(session, client_id, today), strict=True)
    return {
        **totals,
        "ageing": [
            {"label": label, "from_days": first, "amount": money(minor, currency)} for (label, first), minor in owed
        ],
        "credit_history": credit_history(session, client_id, today),
        "services": first_subscriptions(session, client_id, SUBSCRIPTIONS_SHOWN),
        "domains_soon": domains_soon(session, client_id, today, DOMAINS_SHOWN),
    }
