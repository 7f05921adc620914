"""Overdue invoices: what is owed becomes overdue the day after its due date, in the business' time zone."""

import uuid
from datetime import date, datetime

from nameko.extensions import DependencyProvider
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import system_caller
from chassis.db.faults import is_transient
from chassis.events.unit_of_work import nested_unit_of_work
from chassis.logs import get_logger
from services.billing.commands.invoices.lifecycle import move_invoice
from services.billing.events import InvoiceOverdue
from services.billing.models import Invoice

CLIENTS_A_STEP = 50

log = get_logger(__name__)
invoices = Invoice.__table__


class LastCheck:
    """The hour in which nothing was left to do: no check is needed until the next one begins."""

    hour: datetime | None = None


class LastCheckProvider(DependencyProvider):
    """`self.last_check`: one `LastCheck` for each process, empty after a restart, so what was missed is caught up with."""

    def setup(self):
        self._last_check = LastCheck()

    def get_dependency(self, worker_ctx):
        return self._last_check


def overdue_step(session: Session, *, last_check: LastCheck, now: datetime) -> bool:
    """Mark what is late for some clients; returns whether any was. `now` is the time in the business' zone.

    It checks once an hour, not once a day: what is published just while a day ends may be late a moment later.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    if last_check.hour == hour:
        return False
    late = session.scalars(
        select(invoices.c.client_id).distinct().where(*_late(now.date())).limit(CLIENTS_A_STEP)
    ).all()
    session.rollback()
    moved = sum([_mark_or_log(session, client_id, now.date()) for client_id in late])
    if not moved:
        last_check.hour = hour
    return bool(moved)


def mark_overdue(session: Session, *, client_id: uuid.UUID, today: date) -> int:
    """Move a client's unpaid invoices whose due date is before `today` to overdue, in one transaction; returns how
    many.

    Each is an event of the system. Done again, it changes nothing.
    """
    with nested_unit_of_work(session, "billing", system_caller("billing", cause=f"overdue-{today}"), client_id) as uow:
        late = uow.session.execute(
            select(invoices)
            .where(invoices.c.client_id == client_id, *_late(today))
            .order_by(invoices.c.due_date, invoices.c.number)
        ).all()
        for row in late:
            move_invoice(uow, row, "overdue", InvoiceOverdue)
    session.commit()
    return len(late)


def _mark_or_log(session: Session, client_id: uuid.UUID, today: date) -> int:
    """One client whose invoices cannot be marked does not keep the others waiting; it is tried again an hour later."""
    try:
        return mark_overdue(session, client_id=client_id, today=today)
    except Exception as error:
        session.rollback()
        if is_transient(error):
            raise
        log.error("a client's invoices could not be marked overdue", client_id=str(client_id), exc_info=error)
        return 0


def _late(today: date) -> tuple:
    return invoices.c.status == "unpaid", invoices.c.due_date < today
