"""What follows from an invoice being paid, in the same transaction.

commands/invoicing.py calls this, so nothing here may import that.
"""

from sqlalchemy import Row

from chassis.unit_of_work import Work


def after_paid(work: Work, invoice: Row) -> None:
    """Do what waited for the payment of `invoice` (its row, paid); its event `invoice.paid` is said already.

    `work` holds the client's stream.
    """
