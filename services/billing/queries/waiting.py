"""What waits for staff over all clients, counted as far as anybody reads it."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.permissions import Permission
from services.billing.models import Domain, Invoice, Order
from services.billing.queries.domains import EXPIRES

MOST = 1000
EXPIRING = timedelta(days=7)


def _counted(wanted: Select) -> CompiledSelect:
    return CompiledSelect(select(func.count()).select_from(wanted.limit(MOST).subquery()))


_ONE = literal(1).label("one")
_WAITING = {
    "invoices": (Permission.INVOICES_VIEW, _counted(select(_ONE).where(Invoice.status == "overdue"))),
    "orders": (Permission.ORDERS_VIEW, _counted(select(_ONE).where(Order.status == "pending"))),
    "domains": (
        Permission.DOMAINS_VIEW,
        _counted(select(_ONE).where(Domain.status == "active", bindparam("until") >= EXPIRES)),
    ),
}


def count_waiting(session: Session, allowed: Callable[[Permission], bool], today: date) -> dict:
    """How many invoices are overdue, orders pending and active domains within EXPIRING of their end, MOST at most; None
    for what the caller may not view."""
    return {
        name: counted.scalar(session, **({"until": today + EXPIRING} if name == "domains" else {}))
        if allowed(permission)
        else None
        for name, (permission, counted) in _WAITING.items()
    }
