"""Portal queries: what a client's own people see of billing, without what staff keep to themselves.

A draft is not there, in no list, figure or document. What each answer holds is named here, field by field: a field that
the admin gains later does not come along.
"""

import uuid

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, page_of
from chassis.db.paging import Order as PageOrder
from chassis.errors import not_found
from services.billing.models import Invoice, Order, Subscription
from services.billing.queries import domains, invoices, orders, subscriptions
from services.billing.queries.accounts import ClientReader, totals_for
from services.billing.queries.counts import CountByStatus, in_groups, of_group, of_statuses
from services.billing.rules import (
    CLOSED_DOMAIN,
    INVOICE_GROUPS,
    INVOICE_STATUSES,
    OPEN_INVOICE,
    ORDER_GROUPS,
    SUBSCRIPTION_GROUPS,
)
from services.billing.seller import Seller, payment_of

SHOWN_OPEN = 5

issued, placed, bought = Invoice.__table__, Order.__table__, Subscription.__table__
# A draft has no number, nor has one that was cancelled before it was published.
_ISSUED = issued.c.number.is_not(None)
LATE_FIRST = PageOrder(
    "portal-invoices",
    [issued.c.status == "overdue", *invoices.ORDER.columns],
    [{"True": True, "False": False}.__getitem__, *invoices.ORDER.parse],
    descending=True,
)
_ISSUED_COUNTS = CountByStatus(issued, INVOICE_STATUSES, _ISSUED)
_INVOICES = CompiledPage(invoices.INVOICES.where(_ISSUED, of_statuses(issued)), LATE_FIRST)
_ORDERS = CompiledPage(orders.ORDERS.where(of_statuses(placed)), orders.NEWEST)
_SUBSCRIPTIONS = CompiledPage(subscriptions.SUBSCRIPTIONS.where(of_statuses(bought)), subscriptions.ORDER)
_FIRST_OPEN = CompiledSelect(
    select(issued)
    .where(issued.c.client_id == bindparam("client_id"), issued.c.status.in_(OPEN_INVOICE))
    .order_by(issued.c.due_date.asc().nulls_last(), issued.c.id)
    .limit(SHOWN_OPEN)
)
ROW = ("id", "number", "status", "issue_date", "due_date", "total", "amount_due")
PARTIES = ("buyer", "seller", "document")
DOCUMENT = (*ROW, *PARTIES, "subtotal", "tax_total", "tax_by_rate", "credit_applied", "paid", "notes", "lines")
ORDER = ("id", "number", "total", "discount_percent", "invoice_id", "invoice_number", "invoice_status", "placed_at")
ITEM = (
    "product",
    "billing_cycle",
    "domain",
    "list_price",
    "price",
    "service_id",
    "service_number",
    "service_status",
    "domain_status",
)
SUBSCRIPTION = ("id", "number", "product", "domain", "billing_cycle", "status", "next_due_date", "created_at")
DOMAIN = ("id", "name", "status", "registered_on", "expires_on", "auto_renew", "nameservers")


def owed(session: Session, read_clients: ClientReader, client_id: uuid.UUID, seller: Seller | None) -> dict:
    """What the client has to pay and the credit that it has: `outstanding`, `overdue`, `oldest_due_on`,
    `credit_balance`, how many invoices are late (`overdue_invoices`), the first few `invoices` to pay, the longest
    due first, and how `seller` is paid now (`payment`)."""
    totals = totals_for(session, read_clients, [client_id]).get(str(client_id))
    if totals is None:
        raise not_found()
    return {
        **_of(totals, ("outstanding", "overdue", "oldest_due_on", "credit_balance")),
        "overdue_invoices": _ISSUED_COUNTS.of(session, client_id)["overdue"],
        "payment": seller and payment_of(seller.content, totals["outstanding"]["currency"]),
        "invoices": _invoice_rows(_FIRST_OPEN.all(session, client_id=client_id)),
    }


def list_invoices(session: Session, client_id: uuid.UUID, status: str | None, **page) -> dict:
    """A page of the invoices that were issued, of one group of states or all, the overdue ones before the others and each
    with the newest first; `counts` by group."""
    statuses = of_group(INVOICE_GROUPS, status)
    rows, cursors = _INVOICES.fetch(session, client_id=client_id, statuses=statuses, **page, dump=_invoice_rows)
    counts = in_groups(_ISSUED_COUNTS.of(session, client_id), INVOICE_GROUPS)
    return _list(rows, cursors, counts, status)


def _invoice_rows(rows) -> list[dict]:
    return [_of(invoices.invoice_to_wire(row), ROW) for row in rows]


def get_invoice(session: Session, client_id: uuid.UUID, invoice_id: uuid.UUID) -> dict:
    """An issued invoice as the document that the client keeps: lines, totals, what was paid and when. Raises
    not-found."""
    invoice = invoices.get_invoice(session, client_id, invoice_id)
    if invoice["number"] is None:
        raise not_found()
    return {
        **_of(invoice, DOCUMENT),
        "payments": [_of(one, ("date", "amount", "gateway", "refunded", "credited")) for one in invoice["payments"]],
        "credits": [_of(one, ("created_at", "amount", "returned")) for one in invoice["credits"]],
    }


def list_orders(session: Session, client_id: uuid.UUID, status: str | None, **page) -> dict:
    """A page of the client's orders, newest first, with `counts` by group of states."""
    statuses = of_group(ORDER_GROUPS, status)

    def dump(rows) -> list[dict]:
        return [_order(one) for one in orders.with_items(session, rows)]

    rows, cursors = _ORDERS.fetch(session, client_id=client_id, statuses=statuses, **page, dump=dump)
    counts = in_groups(orders.COUNTS.of(session, client_id), ORDER_GROUPS)
    return _list(rows, cursors, counts, status)


def get_order(session: Session, client_id: uuid.UUID, order_id: uuid.UUID) -> dict:
    """An order of the client with its items. Raises not-found."""
    return _order(orders.get_order(session, client_id, order_id))


def list_subscriptions(session: Session, client_id: uuid.UUID, status: str | None, *, prices: bool, **page) -> dict:
    """A page of the client's subscriptions, those that run first, with `counts` by group of states.

    `price` where `prices`. Why staff suspended one is not in it.
    """
    statuses = of_group(SUBSCRIPTION_GROUPS, status)
    names = (*SUBSCRIPTION, "price") if prices else SUBSCRIPTION

    def dump(rows) -> list[dict]:
        return [_of(one, names) for one in subscriptions.subscriptions_to_wire(rows)]

    rows, cursors = _SUBSCRIPTIONS.fetch(session, client_id=client_id, statuses=statuses, **page, dump=dump)
    counts = in_groups(subscriptions.COUNTS.of(session, client_id), SUBSCRIPTION_GROUPS)
    return _list(rows, cursors, counts, status)


def get_subscription(session: Session, client_id: uuid.UUID, subscription_id: uuid.UUID, *, invoices: bool) -> dict:
    """A subscription of the client; for who may see `invoices` its `price`, and those that billed it. Raises not-found."""
    found = subscriptions.get_subscription(session, client_id, subscription_id, orders=False, invoices=invoices)
    return _of(found, (*SUBSCRIPTION, "price", "invoices") if invoices else SUBSCRIPTION)


def list_domains(session: Session, client_id: uuid.UUID, **page) -> dict:
    """A page of the client's domains, the next to expire first."""
    found = domains.list_domains(session, client_id, **page)
    return {**found, "data": [domain(one) for one in found["data"]]}


def get_domain(session: Session, client_id: uuid.UUID, domain_id: uuid.UUID) -> dict:
    """A domain of the client. Raises not-found."""
    return domain(domains.get_domain(session, client_id, domain_id))


def domain(one: dict) -> dict:
    """A domain as the client sees it; `settled` when it is gone and nothing of it can be changed."""
    return {**_of(one, DOMAIN), "settled": one["status"] in CLOSED_DOMAIN}


def _order(order: dict) -> dict:
    """Without the staff member's name; an order that ended as fraud reads as cancelled."""
    by = order["placed_by"]
    placed_by = {"kind": by["kind"], "name": by["name"] if by["kind"] == "contact" else None}
    status = next(group for group, statuses in ORDER_GROUPS.items() if order["status"] in statuses)
    return {
        **_of(order, ORDER),
        "status": status,
        "placed_by": placed_by,
        "items": [_of(one, ITEM) for one in order["items"]],
    }


def _of(whole: dict, names: tuple[str, ...]) -> dict:
    return {name: whole[name] for name in names}


def _list(rows: list[dict], cursors: dict, counts: dict[str, int], group: str | None) -> dict:
    total = sum(counts.values()) if group is None else counts[group]
    return {**page_of(rows, cursors, total=total), "counts": counts}
