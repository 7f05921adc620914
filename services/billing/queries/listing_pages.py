"""Pages of the lists over all clients; each row has the `client_id` that it is of."""

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy import UUID as UuidType
from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    any_,
    false,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.listings.listing import Listing
from chassis.types.money import round_minor
from chassis.types.search import number_in
from services.billing.queries.domains import domain_to_wire
from services.billing.queries.invoices import payment_to_wire, whole_invoices
from services.billing.queries.listings import (
    DOMAINS,
    INVOICES,
    ORDERS,
    PAYMENTS,
    REFERENCE,
    SERVICES,
    domains,
    invoices,
    orders,
    payments,
    subscriptions,
)
from services.billing.queries.orders import with_items
from services.billing.queries.search import is_domain, is_service
from services.billing.queries.serializers import moment, money
from services.billing.queries.subscriptions import subscriptions_to_wire
from services.billing.rules import AGEING, INVOICE_PREFIX, MONTHS, ORDER_PREFIX, SERVICE_PREFIX, invoice_number

PAID_WITH = 100


def all_invoices(session: Session, *, q: str | None, clients: list, **wanted) -> dict:
    """A page of all invoices, as `get_invoice` gives each; what keeps no document has no buyer and no seller. `totals`:
    total, amount due and its `ageing` in each currency."""
    found = _invoices_found(session, q, clients)
    today = wanted["now"].date()
    days = {f"day_{place}": today - timedelta(days=first) for place, (_, first) in enumerate(AGEING) if place}
    return _page(INVOICES, session, partial(whole_invoices, session), _invoice_sum, found, wanted, **days)


def all_payments(session: Session, *, q: str | None, clients: list, **wanted) -> dict:
    """A page of all payments, each with its `invoice`. `totals`: what came in and what of it went back."""
    found = _payments_found(session, q, clients)
    return _page(PAYMENTS, session, _payments_to_wire, _payment_sum, found, wanted)


def all_orders(session: Session, *, q: str | None, clients: list, since, until, **wanted) -> dict:
    """A page of all orders with their items; `since` and `until` are days in UTC. `totals`: their totals."""
    found = _orders_found(session, q, clients)
    days = {
        "since": since and datetime.combine(since, time.min, UTC),
        "until": until and datetime.combine(until, time.max, UTC),
    }
    return _page(ORDERS, session, partial(with_items, session), _order_sum, found, {**wanted, **days})


def all_services(session: Session, *, q: str | None, clients: list, **wanted) -> dict:
    """A page of all services. `totals`: what they come to in a month; what is paid once is not in it."""
    found = _services_found(session, q, clients)
    return _page(SERVICES, session, subscriptions_to_wire, _service_sum, found, wanted)


def all_domains(session: Session, *, q: str | None, clients: list, auto_renew: str | None, **wanted) -> dict:
    """A page of all domains; `totals` has how many there are."""
    found = _domains_found(session, q, clients)
    wanted["auto_renew"] = auto_renew and auto_renew == "true"
    return _page(DOMAINS, session, _domains_to_wire, lambda row: {"count": row.rows}, found, wanted)


def count_listed(session: Session, name: str, *, q: str | None, clients: list, filter: str, now: datetime) -> tuple:
    """How many rows of the list `name` a search and a filter find, and whether that is exact."""
    listing, found = _COUNTED[name]
    return listing.count(session, found=found(session, q, clients), filter=filter, now=now)


def _page(
    listing: Listing, session: Session, dump: Callable, summed: Callable, found: list, wanted: dict, **values
) -> dict:
    asked = {name: wanted.pop(name) for name in ("sort", "filter", "now")}
    place = {name: wanted.pop(name) for name in ("limit", "after", "before")}
    status = wanted.pop("status", None) or []
    chosen = {"status": status[0] if len(status) == 1 else None, "statuses": status if len(status) > 1 else None}

    def owned(rows: list) -> list[dict]:
        return [{**wire, "client_id": str(row.client_id)} for row, wire in zip(rows, dump(rows), strict=True)]

    return listing.page(
        session, **asked, place=place, filters=wanted | chosen, found=found, dump=owned, summed=summed, **values
    )


def _found(q: str | None, clients: list, table: Table, prefix: str | None, by_words: Callable | None = None) -> list:
    """The condition of a search: rows of the `clients` that `q` has found, of the number that it is, and those that
    `by_words` finds by its words."""
    if q is None:
        return []
    ways = [table.c.client_id == any_(literal(clients, ARRAY(UuidType)))]
    wanted = number_in(q) if prefix else None
    if wanted is not None and wanted.may_be(prefix):
        ways.append(table.c.number == wanted.number)
    if by_words is not None:
        ways.append(by_words(q.lower().split()))
    return [or_(*ways)]


def _invoices_found(session: Session, q: str | None, clients: list) -> list:
    return _found(q, clients, invoices, INVOICE_PREFIX, lambda words: invoices.c.id.in_(_paid_with(session, words)))


def _payments_found(session: Session, q: str | None, clients: list) -> list:
    return _found(q, clients, payments, None, lambda words: or_(_has(REFERENCE, words), _of_invoice(session, q)))


def _orders_found(_session: Session, q: str | None, clients: list) -> list:
    return _found(q, clients, orders, ORDER_PREFIX)


def _services_found(_session: Session, q: str | None, clients: list) -> list:
    return _found(q, clients, subscriptions, SERVICE_PREFIX, lambda _words: is_service(q))


def _domains_found(_session: Session, q: str | None, clients: list) -> list:
    return _found(q, clients, domains, None, lambda _words: is_domain(q))


_COUNTED = {
    "invoices": (INVOICES, _invoices_found),
    "payments": (PAYMENTS, _payments_found),
    "orders": (ORDERS, _orders_found),
    "services": (SERVICES, _services_found),
    "domains": (DOMAINS, _domains_found),
}


def _has(text: ColumnElement, words: list[str]) -> ColumnElement[bool]:
    return and_(*(text.contains(word, autoescape=True) for word in words))


def _paid_with(session: Session, words: list[str]) -> Sequence[uuid.UUID]:
    """The first PAID_WITH invoices with a payment whose reference has these words: read first, for a condition beside
    others finds them by an index, which a select in its place would not."""
    return session.scalars(select(payments.c.invoice_id).where(_has(REFERENCE, words)).limit(PAID_WITH)).all()


def _of_invoice(session: Session, q: str) -> ColumnElement[bool]:
    """The condition that a payment is on the invoice of the number `q`."""
    wanted = number_in(q)
    if wanted is None or not wanted.may_be(INVOICE_PREFIX):
        return false()
    return payments.c.invoice_id == session.scalar(select(invoices.c.id).where(invoices.c.number == wanted.number))


def _payments_to_wire(rows: list) -> list[dict]:
    return [
        {
            **payment_to_wire(row),
            "invoice": {"id": str(row.invoice_id), "number": invoice_number(row.number), "status": row.status},
            "recorded_at": moment(row.created_at),
        }
        for row in rows
    ]


def _domains_to_wire(rows: list) -> list[dict]:
    return [domain_to_wire(row) for row in rows]


def _sum_of(row, **amounts: int) -> dict:
    return {
        "currency": row.currency,
        "count": row.rows,
        **{name: money(minor, row.currency) for name, minor in amounts.items()},
    }


def _invoice_sum(row) -> dict:
    ageing = [
        {"label": label, "from_days": first, "amount": money(getattr(row, f"aged_{place}"), row.currency)}
        for place, (label, first) in enumerate(AGEING)
    ]
    return {**_sum_of(row, total=row.total, amount_due=row.owed), "ageing": ageing}


def _payment_sum(row) -> dict:
    return _sum_of(row, amount=row.amount, refunded=row.refunded)


def _order_sum(row) -> dict:
    return _sum_of(row, total=row.total)


def _service_sum(row) -> dict:
    monthly = sum(round_minor(Decimal(getattr(row, cycle)) / months) for cycle, months in MONTHS.items())
    return _sum_of(row, monthly=monthly)
