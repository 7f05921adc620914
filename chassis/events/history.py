"""History: the published events of a service in the order in which they were published, to be read again.

The relay gives each event its position as it marks it, one batch after the other, so that nothing is ever added before
a position that was read: whoever keeps one can go on from there at any time. Within a stream positions keep its order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, func, select
from sqlalchemy.orm import Session

from chassis.db.tables import outbox

COLUMNS = (outbox.c.position, outbox.c.recorded_at, outbox.c.body, outbox.c.personal)
LOOKED_AT = 5000  # rows at most for one part, whatever the types leave of it


@dataclass(frozen=True)
class Part:
    """A part of the history: its outbox rows, up to which position it is whole, and whether more follows now."""

    rows: Sequence[Any]
    position: int
    more: bool


def read_part(
    session: Session, *, after: int, limit: int, types: Sequence[str] = (), stream: str | None = None
) -> Part:
    """At most `limit` events after the position `after`: of all types or of `types`, of one stream or of all.

    A part may be empty although more follow.
    """
    wanted = [outbox.c.published_at.is_not(None), outbox.c.position > after]
    if stream is not None:
        wanted.append(outbox.c.stream == stream)
    order = outbox.c.position if stream is None else outbox.c.sequence
    last, more = _looked_at(session, wanted, order) if types else (0, False)
    if types:
        wanted += [outbox.c.type.in_(types), outbox.c.position <= last]
    rows = session.execute(select(*COLUMNS).where(*wanted).order_by(order).limit(limit + 1)).all()
    if len(rows) > limit:
        return Part(rows[:limit], rows[limit - 1].position, True)
    return Part(rows, last or (rows[-1].position if rows else after), more)


def _looked_at(session: Session, wanted: list, order: Column) -> tuple[int, bool]:
    """The position of the last row that is looked at, and whether there are more; 0 where there is none."""
    span = select(outbox.c.position).where(*wanted).order_by(order).limit(LOOKED_AT).subquery()
    last, number = session.execute(
        select(func.coalesce(func.max(span.c.position), 0), func.count(span.c.position))
    ).one()
    return last, number == LOOKED_AT
