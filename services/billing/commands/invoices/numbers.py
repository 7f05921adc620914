"""Numbers of invoices and orders, without a gap."""

from sqlalchemy import ScalarSelect, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.billing.models import Counter

counters = Counter.__table__


def next_number(name: str) -> ScalarSelect[int]:
    """The next number of `name`, gap-free, for the statement that stores it: held from there until the transaction ends,
    and given back when it fails. All others who need one wait for it, so whatever can be read and written before is."""
    taken = (
        upsert(counters)
        .values(name=name, value=1)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
        .returning(counters.c.value)
        .cte("taken")
    )
    return select(taken.c.value).scalar_subquery()
