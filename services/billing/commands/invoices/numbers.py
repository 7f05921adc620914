"""Numbers of invoices and orders, without a gap."""

from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.events.unit_of_work import UnitOfWork
from services.billing.models import Counter

counters = Counter.__table__


def next_number(uow: UnitOfWork, name: str) -> int:
    """The next number of `name`, gap-free: held by this transaction until it ends, and given back when it fails."""
    return uow.session.scalar(
        upsert(counters)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
        .returning(counters.c.value)
    )
