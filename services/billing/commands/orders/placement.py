"""Placement of orders: one transaction makes the order, its subscriptions, its domains and its invoice."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Row, insert, select, update

from chassis.db.row_limits import require_below
from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.types.domain_names import to_unicode
from chassis.types.ids import new_id
from services.billing.commands.accounts.open import currency_of, open_account
from services.billing.commands.accounts.totals import require_room
from services.billing.commands.domains import claim_name, publish_added
from services.billing.commands.invoices.lifecycle import NewLine, add_invoice, price_lines
from services.billing.commands.invoices.numbers import next_number
from services.billing.commands.orders.fulfilment import approve, publish_order_event
from services.billing.commands.subscriptions.lifecycle import publish_subscription_event
from services.billing.events import OrderPlaced, SubscriptionCreated
from services.billing.models import Domain, Invoice, Order, OrderItem, Subscription
from services.billing.queries.accounts import ClientReader, opening_of
from services.billing.queries.documents import Parties
from services.billing.queries.orders import get_order
from services.billing.queries.quotes import ONE, Choice, Terms, choose, terms_of
from services.billing.queries.serializers import decimal
from services.billing.rules import CLOSED_DOMAIN, order_number, service_number
from services.billing.seller import Seller

orders, items_of_orders, invoices = Order.__table__, OrderItem.__table__, Invoice.__table__
subscriptions, domains = Subscription.__table__, Domain.__table__


def place_order(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    items: list[dict],
    today: date,
    read_clients: ClientReader,
    seller: Seller | None,
) -> dict:
    """Place an order of `items` ({product_id, billing_cycle, domain}) for a client; answers it, pending, with its
    invoice published.

    Prices are the catalogue's in the client's currency, less the discount of the client's group; a tax-exempt client
    pays no tax. A domain that is not on the client's record yet is to be registered: it is added, pending. An order
    that comes to nothing needs no payment: its invoice is paid at once, which approves it. Raises not-found for a
    client that does not exist; 422 that names each item that is not sold; `duplicate` for a domain that somebody else
    has; `too-many-requests` for a contact of a client with many new orders, or many that wait for payment. Until the
    order is approved its domains keep their names from nobody.
    """
    client = opening_of(open_uow.session, read_clients, client_id)
    with open_uow(stream=client_id) as uow:
        _require_few_orders(uow, client_id)
        open_account(uow, client_id=client_id, currency=client["currency"])
        terms = terms_of(client, currency_of(uow, client_id))
        chosen = choose(uow.session, items, terms)
        lines, invoice_id = _lines(chosen, terms), new_id()
        total = _total(lines)
        require_room(uow, client_id, terms.currency, total, "/items")
        order = _add_order(uow, client_id, terms, total)
        services = _add_items(uow, order, chosen, invoice_id)
        add_invoice(
            uow,
            client_id=client_id,
            currency=terms.currency,
            lines=_naming(lines, services),
            due_date=None,
            notes=f"Order {order_number(order.number)}",
            parties=Parties(client, seller),
            today=today,
            publish=True,
            invoice_id=invoice_id,
        )
        order = uow.session.execute(
            update(orders).where(orders.c.id == order.id).values(invoice_id=invoice_id).returning(*orders.c)
        ).one()
        if uow.session.scalar(select(invoices.c.status).where(invoices.c.id == invoice_id)) == "paid":
            approve(uow, order, today)
        return uow.record_answer(get_order(uow.session, client_id, order.id))


def _require_few_orders(uow: UnitOfWork, client_id: uuid.UUID) -> None:
    if uow.caller.kind != "contact":
        return
    placed = select(Order).where(Order.client_id == client_id, Order.placed_by_kind == "contact")
    require_below(uow.session, "orders-of-client", Order.placed_at, placed)
    require_below(uow.session, "unpaid-orders-of-client", Order.placed_at, placed.where(Order.status == "pending"))


def _lines(chosen: list[Choice], terms: Terms) -> list[NewLine]:
    less = f", less {decimal(terms.discount)}% discount" if terms.discount else ""
    return [
        NewLine(
            f"{item.product}, {item.billing_cycle.replace('_', '-')}"
            f"{f' ({to_unicode(item.domain)})' if item.domain else ''}{less}",
            ONE,
            item.price,
            item.tax_rate,
        )
        for item in chosen
    ]


def _naming(lines: list[NewLine], services: list[Row]) -> list[NewLine]:
    """Each line with the number of the service that it is for."""
    return [
        replace(line, description=f"{line.description}, {service_number(service.number)}")
        for line, service in zip(lines, services, strict=True)
    ]


def _total(lines: list[NewLine]) -> int:
    try:
        return price_lines(lines)[1].total
    except ServiceProblem as problem:
        raise field_problem("/items", problem.errors[0]["message"]) from problem


def _add_order(uow: UnitOfWork, client_id: uuid.UUID, terms: Terms, total: int) -> Row:
    by, acting_as = uow.caller, uow.caller.acting_as or {}
    return uow.session.execute(
        insert(orders)
        .values(
            id=new_id(),
            number=next_number("order"),
            client_id=client_id,
            currency=terms.currency,
            status="pending",
            total_minor=total,
            discount_percent=terms.discount,
            placed_by_kind=by.kind,
            placed_by_id=by.id,
            placed_by_name=by.name,
            acting_as_contact_id=acting_as.get("contact_id"),
            acting_as_name=acting_as.get("name"),
        )
        .returning(*orders.c)
    ).one()


def _add_items(uow: UnitOfWork, order: Row, chosen: list[Choice], invoice_id: uuid.UUID) -> list[Row]:
    """Add the order's subscriptions, domains and items, all pending; they are published after the order itself. Returns
    the subscriptions."""
    pending = [_add_subscription(uow, order, item) for item in chosen]
    new = _add_domains(uow, order.client_id, chosen)
    brought = {domain.name: domain.id for domain in new}
    uow.session.execute(
        insert(items_of_orders),
        [
            {
                "order_id": order.id,
                "position": position,
                "product_id": item.product_id,
                "product": item.product,
                "billing_cycle": item.billing_cycle,
                "domain": subscription.domain,
                "list_price_minor": item.list_price,
                "price_minor": item.price,
                "subscription_id": subscription.id,
                "domain_id": brought.pop(item.domain, None),
            }
            for position, (item, subscription) in enumerate(zip(chosen, pending, strict=True), 1)
        ],
    )
    publish_order_event(uow, OrderPlaced, order, invoice_id=str(invoice_id))
    for subscription in pending:
        publish_subscription_event(uow, SubscriptionCreated, subscription)
    for domain in new:
        publish_added(uow, domain)
    return pending


def _add_subscription(uow: UnitOfWork, order: Row, item: Choice) -> Row:
    return uow.session.execute(
        insert(subscriptions)
        .values(
            id=new_id(),
            client_id=order.client_id,
            product_id=item.product_id,
            product=item.product,
            domain=item.domain and to_unicode(item.domain),
            billing_cycle=item.billing_cycle,
            currency=order.currency,
            price_minor=item.price,
            status="pending",
        )
        .returning(*subscriptions.c)
    ).one()


def _add_domains(uow: UnitOfWork, client_id: uuid.UUID, chosen: list[Choice]) -> Sequence[Row]:
    """The domains that are not on the client's record yet, added. Claimed by name, so that no two orders wait in a
    ring."""
    wanted = {item.domain: position for position, item in reversed([*enumerate(chosen)]) if item.domain}
    own = set(
        uow.session.scalars(
            select(domains.c.name).where(
                domains.c.client_id == client_id, domains.c.name.in_(wanted), domains.c.status.not_in(CLOSED_DOMAIN)
            )
        )
    )
    for name in sorted(wanted.keys() - own):
        try:
            claim_name(uow, client_id, name)
        except ServiceProblem as taken:
            raise field_problem(f"/items/{wanted[name]}/domain", taken.detail, taken.code) from taken
    new = [
        {"id": new_id(), "client_id": client_id, "name": name, "status": "pending", "auto_renew": True}
        for name in wanted
        if name not in own
    ]
    return [uow.session.execute(insert(domains).values(**one).returning(*domains.c)).one() for one in new]
