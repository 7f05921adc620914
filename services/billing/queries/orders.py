"""A client's orders, newest first, each with its items."""

import uuid
from collections import defaultdict
from datetime import datetime
from functools import partial

from sqlalchemy import UUID as UuidType
from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, page_of
from chassis.db.paging import Order as PageOrder
from chassis.errors import not_found
from services.billing.models import Domain, Invoice, Order, OrderItem, Subscription
from services.billing.queries.counts import CountByStatus, of_status, total_of
from services.billing.queries.serializers import actor, decimal, moment, money, ref
from services.billing.rules import ORDER_STATUSES, invoice_number, order_number, service_number

table, items, invoices = Order.__table__, OrderItem.__table__, Invoice.__table__
subscriptions, domains = Subscription.__table__, Domain.__table__
NEWEST = PageOrder("orders", [table.c.placed_at, table.c.id], [datetime.fromisoformat, uuid.UUID], descending=True)

ALL_ORDERS = select(
    table, invoices.c.number.label("invoice_number"), invoices.c.status.label("invoice_status")
).outerjoin(invoices, invoices.c.id == table.c.invoice_id)
ORDERS = ALL_ORDERS.where(table.c.client_id == bindparam("client_id"))
COUNTS = CountByStatus(table, ORDER_STATUSES)
_PAGE = CompiledPage(ORDERS.where(of_status(table)), NEWEST)
_ONE = CompiledSelect(ORDERS.where(table.c.id == bindparam("order_id")))
_ITEMS = CompiledSelect(
    select(
        items,
        subscriptions.c.number.label("service_number"),
        subscriptions.c.status.label("service_status"),
        domains.c.status.label("domain_status"),
    )
    .outerjoin(subscriptions, subscriptions.c.id == items.c.subscription_id)
    .outerjoin(domains, domains.c.id == items.c.domain_id)
    .where(items.c.order_id == any_(bindparam("order_ids", type_=ARRAY(UuidType))))
    .order_by(items.c.order_id, items.c.position)
)


def list_orders(session: Session, client_id: uuid.UUID, status: str | None = None, **page) -> dict:
    """A page of a client's orders, with `counts` by status."""
    dump = partial(with_items, session)
    rows, cursors = _PAGE.fetch(session, client_id=client_id, status=status, **page, dump=dump)
    counts = COUNTS.of(session, client_id)
    return {**page_of(rows, cursors, total=total_of(counts, status)), "counts": counts}


def get_order(session: Session, client_id: uuid.UUID, order_id: uuid.UUID | None) -> dict:
    """An order of a client with its items; raises not-found for one that is not this client's."""
    row = _ONE.first(session, client_id=client_id, order_id=order_id)
    if row is None:
        raise not_found()
    return with_items(session, [row])[0]


def with_items(session: Session, rows) -> list[dict]:
    """Rows of ORDERS in their JSON form, their items read for all of them at once."""
    bought = _items_of(session, rows)
    return [order_to_wire(row, bought[row.id]) for row in rows]


def _items_of(session: Session, orders) -> dict:
    by_order = defaultdict(list)
    for item in _ITEMS.all(session, order_ids=[order.id for order in orders]):
        by_order[item.order_id].append(item)
    return by_order


def order_to_wire(row, bought: list) -> dict:
    """An order's JSON form."""
    by = actor(row.placed_by_kind, row.placed_by_id, row.placed_by_name)
    acting_as = (
        {"contact_id": row.acting_as_contact_id, "name": row.acting_as_name} if row.acting_as_contact_id else None
    )
    return {
        "id": str(row.id),
        "number": order_number(row.number),
        "status": row.status,
        "items": [_item_to_wire(item, row.currency) for item in bought],
        "total": money(row.total_minor, row.currency),
        "discount_percent": decimal(row.discount_percent),
        "invoice_id": ref(row.invoice_id),
        "invoice_number": invoice_number(row.invoice_number),
        "invoice_status": row.invoice_status,
        "placed_at": moment(row.placed_at),
        "placed_by": {**by, "acting_as": acting_as},
    }


def _item_to_wire(item, currency: str) -> dict:
    return {
        "product_id": ref(item.product_id),
        "product": item.product,
        "billing_cycle": item.billing_cycle,
        "domain": item.domain,
        "list_price": money(item.list_price_minor, currency),
        "price": money(item.price_minor, currency),
        "service_id": ref(item.subscription_id),
        "service_number": item.service_number and service_number(item.service_number),
        "service_status": item.service_status,
        "domain_id": ref(item.domain_id),
        "domain_status": item.domain_status,
    }
