"""What follows from an invoice being paid, in the same transaction.

commands/invoicing.py calls this, so nothing here may import that.
"""

from datetime import date

from sqlalchemy import Row

from chassis.unit_of_work import Work


def after_paid(work: Work, invoice: Row, today: date) -> None:
    """Do what waited for the payment of `invoice` (its row, paid); its event `invoice.paid` is said already.

    `today` is the day it is for the business: what begins with the payment is due again from then on. `work` holds
    the client's stream.
    """
