"""The catalogue: what can be bought, and for how much."""

import uuid
from collections import defaultdict
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.errors import not_found
from chassis.types.money import Money
from chassis.types.text import COLLATION
from services.billing.models import Product, ProductPrice, Subscription
from services.billing.queries.serializers import decimal, moment
from services.billing.rules import BILLING_CYCLES

table, prices, subscriptions = Product.__table__, ProductPrice.__table__, Subscription.__table__


def list_products(session: Session, *, on_sale: bool, counts: bool, currency: str | None) -> dict:
    """All products by name, not paged; with `on_sale` those that can be ordered, with `currency` the prices in it
    alone.

    With `counts` each also has its `active_services`, which reads an index of all active subscriptions.
    """
    wanted = select(table).order_by(table.c.name.collate(COLLATION), table.c.id)
    rows = session.execute(wanted.where(table.c.retired.is_(False)) if on_sale else wanted).all()
    of = prices_of(session, [row.id for row in rows], currency)
    found = [product_to_wire(row, of[row.id]) for row in rows]
    if counts:
        running = dict(
            session.execute(
                select(subscriptions.c.product_id, func.count())
                .where(subscriptions.c.status == "active")
                .group_by(subscriptions.c.product_id)
            ).all()
        )
        found = [{**shown, "active_services": running.get(row.id, 0)} for shown, row in zip(found, rows, strict=True)]
    return {"data": found}


def get_product(session: Session, product_id: uuid.UUID | None) -> dict:
    """One product with its `active_services`; raises not-found."""
    row = session.execute(select(table).where(table.c.id == product_id)).first()
    if row is None:
        raise not_found()
    running = session.scalar(
        select(func.count()).where(subscriptions.c.product_id == product_id, subscriptions.c.status == "active")
    )
    return {**product_to_wire(row, prices_of(session, [row.id])[row.id]), "active_services": running}


def rate_of_most(session: Session) -> Decimal:
    """The tax rate of most products that are on sale, the higher one where two are as common; 0 without a product."""
    common = (
        select(table.c.tax_rate)
        .where(table.c.retired.is_(False))
        .group_by(table.c.tax_rate)
        .order_by(func.count().desc(), table.c.tax_rate.desc())
        .limit(1)
    )
    return session.scalar(common) or Decimal(0)


def prices_of(session: Session, product_ids: list[uuid.UUID], currency: str | None = None) -> dict[uuid.UUID, list]:
    """{product id: its price rows}, by currency, then from the shortest cycle to the longest."""
    wanted = select(prices).where(prices.c.product_id.in_(product_ids))
    if currency is not None:
        wanted = wanted.where(prices.c.currency == currency)
    by_product = defaultdict(list)
    for row in sorted(session.execute(wanted), key=lambda row: (row.currency, BILLING_CYCLES.index(row.billing_cycle))):
        by_product[row.product_id].append(row)
    return by_product


def product_to_wire(row, its_prices: list) -> dict:
    """A product's JSON form."""
    return {
        "id": str(row.id),
        "name": row.name,
        "description": row.description,
        "takes_domain": row.takes_domain,
        "retired": row.retired,
        "tax_rate": decimal(row.tax_rate),
        "prices": [price_to_wire(price) for price in its_prices],
        "created_at": moment(row.created_at),
        "version": row.version,
    }


def price_to_wire(row) -> dict:
    """A price's JSON form: money, and the cycle that it is for."""
    return {"billing_cycle": row.billing_cycle, **Money(row.price_minor, row.currency).to_wire()}
