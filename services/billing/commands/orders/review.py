"""Review of orders by staff: approve, cancel, mark as fraud."""

import uuid
from datetime import date

from sqlalchemy import Row, select

from chassis.errors import ServiceProblem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.billing.commands.invoices.lifecycle import cancel_open_invoice
from services.billing.commands.orders import fulfilment
from services.billing.events import OrderCancelled, OrderMarkedFraud
from services.billing.models import Order
from services.billing.queries.orders import get_order
from services.billing.rules import ORDER_MOVES, may_move, order_number

orders = Order.__table__

# how an order ends without being approved -> (the event, the end of the reason for what waited for it)
ENDINGS = {"cancelled": (OrderCancelled, "was cancelled"), "fraud": (OrderMarkedFraud, "was marked as fraud")}


def approve_order(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, order_id: uuid.UUID | None, today: date) -> dict:
    """Approve a pending order without waiting for its payment: its subscriptions and domains become active. Answers the
    order.

    Its invoice stays owed. Raises not-found, and `invalid-state` for an order that is not pending.
    """
    with open_uow(stream=client_id) as uow:
        order = _order_of(uow, client_id, order_id)
        _require_move(order, "active")
        fulfilment.approve(uow, order, today)
        return uow.record_answer(get_order(uow.session, client_id, order_id))


def end_order(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, order_id: uuid.UUID | None, status: str) -> dict:
    """End a pending order as `cancelled` or `fraud`; what waits for it and its open invoice are cancelled. Answers the
    order.

    Raises not-found; `invalid-state` for an order that is not pending, and when there is money on its invoice, which
    has to go back first.
    """
    event, ending = ENDINGS[status]
    with open_uow(stream=client_id) as uow:
        order = _order_of(uow, client_id, order_id)
        _require_move(order, status)
        reason = f"{order_number(order.number)} {ending}"
        fulfilment.move_order(uow, order, status, event)
        fulfilment.cancel_pending(uow, order, reason)
        if order.invoice_id is not None:
            cancel_open_invoice(uow, invoice_id=order.invoice_id, reason=reason)
        return uow.record_answer(get_order(uow.session, client_id, order_id))


def _order_of(uow: UnitOfWork, client_id: uuid.UUID, order_id: uuid.UUID | None) -> Row:
    row = uow.session.execute(select(orders).where(orders.c.id == order_id, orders.c.client_id == client_id)).first()
    if row is None:
        raise not_found()
    return row


def _require_move(order: Row, status: str) -> None:
    if not may_move(ORDER_MOVES, order.status, status):
        raise ServiceProblem(
            "invalid-state", f"{order_number(order.number)} is {order.status}; only a pending order changes."
        )
