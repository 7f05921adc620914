"""Counts of a client's rows by state: the figures on a tab's segments; and the conditions that the segments are."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, Text, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect


class CountByStatus:
    """How many rows a client has in `table` in each of `statuses`; of those rows that the conditions `only` keep."""

    def __init__(self, table: Table, statuses: Sequence[str], *only: ColumnElement[bool]):
        counted = select(table.c.status, func.count()).where(table.c.client_id == bindparam("client_id"), *only)
        self._none, self._counted = dict.fromkeys(statuses, 0), CompiledSelect(counted.group_by(table.c.status))

    def of(self, session: Session, client_id: uuid.UUID) -> dict[str, int]:
        """{status: rows}, 0 where there is none."""
        return self._none | dict(self._counted.all(session, client_id=client_id))


def of_status(table: Table) -> ColumnElement[bool]:
    """The condition that keeps rows of the value `status`; all of them where that is None."""
    status = bindparam("status", type_=Text)
    return or_(status.is_(None), table.c.status == status)


def of_statuses(table: Table) -> ColumnElement[bool]:
    """The condition that keeps rows whose status is one of the value `statuses`; all of them where that is None."""
    statuses = bindparam("statuses", type_=ARRAY(Text))
    return or_(statuses.is_(None), table.c.status == any_(statuses))


def total_of(counts: dict[str, int], status: str | None) -> int:
    """How many rows a list filtered by `status` (None: not) has in all."""
    return sum(counts.values()) if status is None else counts[status]


def in_groups(counts: dict[str, int], groups: dict[str, tuple]) -> dict[str, int]:
    """Counts by status summed up into the groups of states that the portal shows."""
    return {group: sum(counts[status] for status in statuses) for group, statuses in groups.items()}


def of_group(groups: dict[str, tuple], group: str | None) -> list[str] | None:
    """The states of `group`, as `of_statuses` takes them."""
    return None if group is None else list(groups[group])
