"""Lists over all clients: the orders, filters and sums of invoices, payments, orders, services and domains."""

import uuid
from datetime import date, datetime

from sqlalchemy import UUID as UuidType
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    case,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.listings.filters import ListingFilter
from chassis.listings.listing import Listing
from services.billing import filter_fields
from services.billing.models import Domain, Invoice, Order, Payment, Subscription
from services.billing.queries.domains import EXPIRES
from services.billing.queries.invoices import DUE, ISSUED, NUMBERED, OWED, OWED_IN
from services.billing.queries.orders import ALL_ORDERS
from services.billing.queries.subscriptions import DUE as NEXT_DUE
from services.billing.rules import AGEING, MONTHS

invoices, payments, orders = Invoice.__table__, Payment.__table__, Order.__table__
subscriptions, domains = Subscription.__table__, Domain.__table__


def _money(table: Table, **minor: ColumnElement) -> dict[str, tuple]:
    return {name: (column, table.c.currency) for name, column in minor.items()}


REFERENCE = func.lower(payments.c.reference)


def _conditions(table: Table, day: ColumnElement, indexed: ColumnElement, **more) -> dict[str, ColumnElement[bool]]:
    """What the filters that every list has ask of a row; `since` and `until` are of its `day`, by its `indexed` form."""
    return {
        "client": table.c.client_id == bindparam("client", type_=UuidType),
        **_span(day, indexed),
        **({"currency": table.c.currency == bindparam("currency", type_=Text)} if "currency" in table.c else {}),
        **more,
    }


def _span(day: ColumnElement, indexed: ColumnElement, since: str = "since", until: str = "until") -> dict:
    """A span of days, both ends in it; a row without a day is in none."""
    return {
        since: and_(day.is_not(None), indexed >= bindparam(since, type_=day.type)),
        until: and_(day.is_not(None), indexed <= bindparam(until, type_=day.type)),
    }


def _by_status(table: Table) -> dict[str, ColumnElement[bool]]:
    return {
        "status": table.c.status == bindparam("status", type_=Text),
        "statuses": table.c.status == any_(bindparam("statuses", type_=ARRAY(Text))),
    }


def _sums(table: Table, **sums: ColumnElement):
    """How many rows there are in each currency, and sums of theirs."""
    counted = select(func.count().label("rows")).select_from(table)
    if "currency" not in table.c:
        return counted
    of = [func.sum(column).cast(BigInteger).label(name) for name, column in sums.items()]
    return counted.add_columns(table.c.currency, *of).group_by(table.c.currency).order_by(table.c.currency)


def _aged(place: int) -> ColumnElement:
    """What is owed in one bucket of AGEING, whose first days are bound as `day_1` and so on."""
    from_day = [bindparam(f"day_{place}", type_=Date) >= DUE] if place else []
    to_day = [bindparam(f"day_{place + 1}", type_=Date) < DUE] if place + 1 < len(AGEING) else []
    return case((and_(*from_day, *to_day), OWED), else_=0)


INVOICES = Listing(
    "all-invoices",
    select(invoices),
    orders={
        "issued": ([ISSUED, NUMBERED, invoices.c.id], [date.fromisoformat, int, uuid.UUID]),
        "due": ([DUE, invoices.c.id], [date.fromisoformat, uuid.UUID]),
        "balance": ([OWED_IN, OWED, invoices.c.id], [str, int, uuid.UUID]),
    },
    conditions=_conditions(
        invoices,
        invoices.c.issue_date,
        ISSUED,
        **_by_status(invoices),
        **_span(invoices.c.due_date, DUE, "due_since", "due_until"),
    ),
    filter=ListingFilter(
        filter_fields.INVOICES,
        {
            "status": invoices.c.status,
            "number": invoices.c.number,
            "issued": invoices.c.issue_date,
            "due": invoices.c.due_date,
            "currency": invoices.c.currency,
            "created": invoices.c.created_at,
            "notes": invoices.c.notes,
            **_money(
                invoices,
                total=invoices.c.total_minor,
                balance=OWED,
                paid=invoices.c.paid_minor,
                credit_applied=invoices.c.credit_applied_minor,
            ),
        },
    ),
    sums=_sums(
        invoices,
        total=invoices.c.total_minor,
        owed=OWED,
        **{f"aged_{place}": _aged(place) for place in range(len(AGEING))},
    ),
)
PAYMENTS = Listing(
    "all-payments",
    select(payments, invoices.c.number, invoices.c.status).join(invoices, invoices.c.id == payments.c.invoice_id),
    orders={
        "paid": ([payments.c.paid_on, payments.c.id], [date.fromisoformat, uuid.UUID]),
        "amount": ([payments.c.currency, payments.c.amount_minor, payments.c.id], [str, int, uuid.UUID]),
    },
    conditions=_conditions(
        payments, payments.c.paid_on, payments.c.paid_on, gateway=payments.c.gateway == bindparam("gateway", type_=Text)
    ),
    filter=ListingFilter(
        filter_fields.PAYMENTS,
        {
            "received": payments.c.paid_on,
            "currency": payments.c.currency,
            "gateway": payments.c.gateway,
            "reference": payments.c.reference,
            "recorded": payments.c.created_at,
            **_money(
                payments,
                amount=payments.c.amount_minor,
                refunded=payments.c.refunded_minor,
                credited=payments.c.credited_minor,
            ),
        },
    ),
    sums=_sums(payments, amount=payments.c.amount_minor, refunded=payments.c.refunded_minor),
)
ORDERS = Listing(
    "all-orders",
    ALL_ORDERS,
    orders={
        "placed": ([orders.c.placed_at, orders.c.id], [datetime.fromisoformat, uuid.UUID]),
        "total": ([orders.c.currency, orders.c.total_minor, orders.c.id], [str, int, uuid.UUID]),
    },
    conditions=_conditions(orders, orders.c.placed_at, orders.c.placed_at, **_by_status(orders)),
    filter=ListingFilter(
        filter_fields.ORDERS,
        {
            "status": orders.c.status,
            "number": orders.c.number,
            "placed": orders.c.placed_at,
            "currency": orders.c.currency,
            "placed_by": orders.c.placed_by_name,
            **_money(orders, total=orders.c.total_minor),
        },
    ),
    sums=_sums(orders, total=orders.c.total_minor),
)
SERVICES = Listing(
    "all-services",
    select(subscriptions),
    orders={
        "next_due": ([NEXT_DUE, subscriptions.c.id], [date.fromisoformat, uuid.UUID]),
        "number": ([subscriptions.c.number], [int]),
        "price": (
            [subscriptions.c.currency, subscriptions.c.price_minor, subscriptions.c.id],
            [str, int, uuid.UUID],
        ),
    },
    conditions=_conditions(
        subscriptions,
        subscriptions.c.next_due_date,
        NEXT_DUE,
        **_by_status(subscriptions),
        billing_cycle=subscriptions.c.billing_cycle == bindparam("billing_cycle", type_=Text),
    ),
    filter=ListingFilter(
        filter_fields.SERVICES,
        {
            "status": subscriptions.c.status,
            "number": subscriptions.c.number,
            "product": subscriptions.c.product,
            "domain": subscriptions.c.domain,
            "billing_cycle": subscriptions.c.billing_cycle,
            "currency": subscriptions.c.currency,
            "next_due": subscriptions.c.next_due_date,
            "created": subscriptions.c.created_at,
            "suspended_reason": subscriptions.c.suspended_reason,
            **_money(subscriptions, price=subscriptions.c.price_minor),
        },
    ),
    sums=_sums(
        subscriptions,
        **{
            cycle: case((subscriptions.c.billing_cycle == cycle, subscriptions.c.price_minor), else_=0)
            for cycle in MONTHS
        },
    ),
)
DOMAINS = Listing(
    "all-domains",
    select(domains),
    orders={
        "expires": ([EXPIRES, domains.c.id], [date.fromisoformat, uuid.UUID]),
        "name": ([domains.c.name, domains.c.id], [str, uuid.UUID]),
    },
    conditions=_conditions(
        domains,
        domains.c.expires_on,
        EXPIRES,
        **_by_status(domains),
        auto_renew=domains.c.auto_renew == bindparam("auto_renew", type_=Boolean),
    ),
    filter=ListingFilter(
        filter_fields.DOMAINS,
        {
            "status": domains.c.status,
            "name": domains.c.name,
            "registrar": domains.c.registrar,
            "registered": domains.c.registered_on,
            "expires": domains.c.expires_on,
            "auto_renew": domains.c.auto_renew,
            "created": domains.c.created_at,
        },
    ),
    sums=_sums(domains),
)
