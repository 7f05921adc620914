"""Consequences of an invoice's payment, in the same transaction.

commands/invoices/lifecycle.py calls this, so nothing here may import that.
"""

from datetime import date

from sqlalchemy import Row, select

from chassis.events.unit_of_work import UnitOfWork
from services.billing.commands.orders.fulfilment import approve
from services.billing.models import Order

orders = Order.__table__


def approve_paid_order(uow: UnitOfWork, invoice: Row, today: date) -> None:
    """Approve the order that waited for the payment of `invoice`, whose `invoice.paid` is published already.

    What begins with the payment is due again from `today` on, the business' date. `uow` holds the client's stream.
    """
    waiting = select(orders).where(orders.c.invoice_id == invoice.id, orders.c.status == "pending")
    for order in uow.session.execute(waiting).all():
        approve(uow, order, today)
