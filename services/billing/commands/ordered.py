"""Orders inside somebody's transaction: what became of one, and of the services and domains that it brought.

Each function takes a `work` that holds the client's stream, changes rows, and says so; none commits.
commands/after_paid.py comes here, so nothing here may import commands/invoicing.py.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, Table, select, update

from chassis.events import Event
from chassis.unit_of_work import Work
from services.billing.commands.services import facts_of, status_change
from services.billing.commands.totals import refresh_totals
from services.billing.domain_names import to_unicode
from services.billing.events import DomainStatusChanged, OrderApproved, SubscriptionActivated, SubscriptionCancelled
from services.billing.models import Domain, Order, OrderItem, Subscription
from services.billing.queries.wire import day, decimal, money, ref
from services.billing.rules import next_due, order_number

orders, items, services, domains = Order.__table__, OrderItem.__table__, Subscription.__table__, Domain.__table__


def approve(work: Work, order: Row, today: date) -> Row:
    """A pending order becomes active, and so does all that waits for it: its services are due again by their cycle.

    What staff has cancelled meanwhile stays so. Returns the order's row.
    """
    active = move_order(work, order, "active", OrderApproved)
    for service in _waiting_services(work, order):
        due = next_due(today, service.billing_cycle)
        begun = _change(work, services, service, status="active", next_due_date=due)
        tell_service(work, SubscriptionActivated, begun, changes=[
            status_change("pending", "active"), {"field": "next_due_date", "old": day(service.next_due_date), "new": day(due)}])
    _move_domains(work, order, "active")
    return active


def withdraw(work: Work, order: Row, reason: str) -> None:
    """Cancel all that still waits for an order, for the reason given."""
    for service in _waiting_services(work, order):
        cancelled = _change(work, services, service, status="cancelled")
        tell_service(work, SubscriptionCancelled, cancelled, changes=[status_change("pending", "cancelled")], reason=reason)
    _move_domains(work, order, "cancelled")


def move_order(work: Work, order: Row, status: str, event: type[Event]) -> Row:
    """Set the state of an order that the table of states lets go there, and say `event`; returns its row."""
    moved = _change(work, orders, order, status=status)
    tell_order(work, event, moved, changes=[status_change(order.status, status)])
    return moved


def tell_order(work: Work, event: type[Event], row: Row, *, changes: Sequence[dict] = (), **facts) -> None:
    """Say `event` of an order as `row` has it (but for what `facts` knows better), with its items and the client's totals."""
    bought = work.session.execute(select(items).where(items.c.order_id == row.id).order_by(items.c.position))
    work.publish(event(client_id=row.client_id, entity=("order", row.id), changes=list(changes), facts={
        "number": order_number(row.number), "status": row.status, "total": money(row.total_minor, row.currency),
        "discount_percent": decimal(row.discount_percent), "invoice_id": ref(row.invoice_id),
        "items": [{"product": item.product, "billing_cycle": item.billing_cycle, "domain": item.domain,
                   "list_price": money(item.list_price_minor, row.currency), "price": money(item.price_minor, row.currency)}
                  for item in bought], **facts,
        "totals": refresh_totals(work.session, row.client_id)}))


def tell_service(work: Work, event: type[Event], row: Row, *, changes: Sequence[dict] = (), **facts) -> None:
    """Say `event` of a service as `row` has it."""
    work.publish(event(client_id=row.client_id, entity=("subscription", row.id), changes=list(changes),
                       facts=facts_of(row, refresh_totals(work.session, row.client_id), **facts)))


def _waiting_services(work: Work, order: Row) -> Sequence[Row]:
    return work.session.execute(
        select(services).join(items, items.c.subscription_id == services.c.id)
        .where(items.c.order_id == order.id, services.c.status == "pending").order_by(items.c.position)).all()


def _move_domains(work: Work, order: Row, status: str) -> None:
    waiting = work.session.execute(
        select(domains).join(items, items.c.domain_id == domains.c.id)
        .where(items.c.order_id == order.id, domains.c.status == "pending").order_by(items.c.position)).all()
    for domain in waiting:
        _change(work, domains, domain, status=status, version=domain.version + 1)
        work.publish(DomainStatusChanged(
            client_id=domain.client_id, entity=("domain", domain.id), changes=[status_change("pending", status)],
            facts={"name": to_unicode(domain.name), "status": status,
                   "totals": refresh_totals(work.session, domain.client_id)}))


def _change(work: Work, table: Table, row: Row, **values) -> Row:
    return work.session.execute(update(table).where(table.c.id == row.id).values(**values).returning(*table.c)).one()
