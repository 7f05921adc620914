"""Orders inside somebody's transaction: approve or cancel what one brought, its subscriptions and domains.

Each function takes a `uow` that holds the client's stream, changes rows and publishes that; none commits.
commands/invoices/paid.py calls this, so nothing here may import commands/invoices/lifecycle.py.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, Table, select, update

from chassis.events.event import Event
from chassis.events.unit_of_work import UnitOfWork
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.commands.domains import is_taken, publish_status_change
from services.billing.commands.subscriptions.lifecycle import publish_subscription_event, status_change
from services.billing.events import OrderApproved, SubscriptionActivated, SubscriptionCancelled
from services.billing.models import Domain, Order, OrderItem, Subscription
from services.billing.queries.serializers import day, decimal, money, ref
from services.billing.rules import next_due, order_number

orders, items = Order.__table__, OrderItem.__table__
subscriptions, domains = Subscription.__table__, Domain.__table__


def approve(uow: UnitOfWork, order: Row, today: date) -> Row:
    """Approve a pending order and all that waits for it: its subscriptions are due again by their cycle.

    What staff has cancelled meanwhile stays so; a domain whose name has become another client's is cancelled. Returns
    the order's row.
    """
    active = move_order(uow, order, "active", OrderApproved)
    for subscription in _pending_subscriptions(uow, order):
        due = next_due(today, subscription.billing_cycle)
        begun = _change(uow, subscriptions, subscription, status="active", next_due_date=due)
        publish_subscription_event(
            uow,
            SubscriptionActivated,
            begun,
            changes=[
                status_change("pending", "active"),
                {"field": "next_due_date", "old": day(subscription.next_due_date), "new": day(due)},
            ],
        )
    _move_domains(uow, order, "active")
    return active


def cancel_pending(uow: UnitOfWork, order: Row, reason: str) -> None:
    """Cancel all that still waits for an order, for the reason given."""
    for subscription in _pending_subscriptions(uow, order):
        cancelled = _change(uow, subscriptions, subscription, status="cancelled")
        publish_subscription_event(
            uow, SubscriptionCancelled, cancelled, changes=[status_change("pending", "cancelled")], reason=reason
        )
    _move_domains(uow, order, "cancelled")


def move_order(uow: UnitOfWork, order: Row, status: str, event: type[Event]) -> Row:
    """Set the state of an order where the table of states leads there, and publish `event`; returns its row."""
    moved = _change(uow, orders, order, status=status)
    publish_order_event(uow, event, moved, changes=[status_change(order.status, status)])
    return moved


def publish_order_event(
    uow: UnitOfWork, event: type[Event], row: Row, *, changes: Sequence[dict] = (), **facts
) -> None:
    """Publish `event` about an order as `row` has it (`facts` override), with its items and the client's totals."""
    bought = uow.session.execute(select(items).where(items.c.order_id == row.id).order_by(items.c.position))
    uow.publish(
        event(
            client_id=row.client_id,
            entity=("order", row.id),
            changes=list(changes),
            facts={
                "number": order_number(row.number),
                "status": row.status,
                "total": money(row.total_minor, row.currency),
                "discount_percent": decimal(row.discount_percent),
                "invoice_id": ref(row.invoice_id),
                "items": [_item_facts(item, row.currency) for item in bought],
                **facts,
                "totals": refresh_totals(uow.session, row.client_id),
            },
        )
    )


def _item_facts(item: Row, currency: str) -> dict:
    return {
        "product_id": ref(item.product_id),
        "subscription_id": ref(item.subscription_id),
        "domain_id": ref(item.domain_id),
        "product": item.product,
        "billing_cycle": item.billing_cycle,
        "domain": item.domain,
        "list_price": money(item.list_price_minor, currency),
        "price": money(item.price_minor, currency),
    }


def _pending_subscriptions(uow: UnitOfWork, order: Row) -> Sequence[Row]:
    return uow.session.execute(
        select(subscriptions)
        .join(items, items.c.subscription_id == subscriptions.c.id)
        .where(items.c.order_id == order.id, subscriptions.c.status == "pending")
        .order_by(items.c.position)
    ).all()


def _move_domains(uow: UnitOfWork, order: Row, status: str) -> None:
    waiting = uow.session.execute(
        select(domains)
        .join(items, items.c.domain_id == domains.c.id)
        .where(items.c.order_id == order.id, domains.c.status == "pending")
        .order_by(items.c.position)
    ).all()
    names = sorted(domain.name for domain in waiting) if status == "active" else []
    lost = {name for name in names if is_taken(uow, order.client_id, name)}
    for domain in waiting:
        moved = _change(
            uow, domains, domain, status="cancelled" if domain.name in lost else status, version=domain.version + 1
        )
        publish_status_change(uow, domain.status, moved)


def _change(uow: UnitOfWork, table: Table, row: Row, **values) -> Row:
    return uow.session.execute(update(table).where(table.c.id == row.id).values(**values).returning(*table.c)).one()
