"""What is owed becomes overdue the day after its due date, as the business counts days."""

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


class Looked:
    """The hour in which nothing was left to do: until the next one begins there is no need to look again."""

    hour: datetime | None = None


class LookedAt(DependencyProvider):
    """`self.looked`: one `Looked` for each process. After a restart it is empty, so what was missed is caught up
    with."""

    def setup(self):
        self._looked = Looked()

    def get_dependency(self, worker_ctx):
        return self._looked


def overdue_step(session: Session, looked: Looked, *, now: datetime) -> bool:
    """Mark what is late for some clients; tells whether any was. `now` is the time in the business' zone.

    It looks once an hour, not once a day: what is published just while a day ends may be late a moment after the look.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    if looked.hour == hour:
        return False
    late = session.scalars(
        select(invoices.c.client_id).distinct().where(*_late(now.date())).limit(CLIENTS_A_STEP)
    ).all()
    session.rollback()
    moved = sum([_try(session, client_id, now.date()) for client_id in late])
    if not moved:
        looked.hour = hour
    return bool(moved)


def mark_overdue(session: Session, client_id: uuid.UUID, today: date) -> int:
    """Move a client's unpaid invoices whose due date is before `today` to overdue, in one transaction; returns how
    many.

    Each is said by an event of the system. Done again, it changes nothing.
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


def _try(session: Session, client_id: uuid.UUID, today: date) -> int:
    """One client whose invoices cannot be marked does not keep the others waiting; it is tried again an hour later."""
    try:
        return mark_overdue(session, client_id, today)
    except Exception as error:
        session.rollback()
        if is_transient(error):
            raise
        log.error("a client's invoices could not be marked overdue", client_id=str(client_id), exc_info=error)
        return 0


def _late(today: date) -> tuple:
    return invoices.c.status == "unpaid", invoices.c.due_date < today
