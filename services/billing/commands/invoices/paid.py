"""What follows from an invoice being paid, in the same transaction.

commands/invoicing.py calls this, so nothing here may import that.
"""

from datetime import date

from sqlalchemy import Row, select

from chassis.events.unit_of_work import UnitOfWork
from services.billing.commands.orders.fulfilment import approve
from services.billing.models import Order

orders = Order.__table__


def after_paid(uow: UnitOfWork, invoice: Row, today: date) -> None:
    """Do what waited for the payment of `invoice` (its row, paid; `invoice.paid` is said already): its order is
    approved.

    `today` is the day it is for the business: what begins with the payment is due again from then on. `work` holds the
    client's stream.
    """
    waiting = select(orders).where(orders.c.invoice_id == invoice.id, orders.c.status == "pending")
    for order in uow.session.execute(waiting).all():
        approve(uow, order, today)
