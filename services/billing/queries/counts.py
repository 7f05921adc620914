"""Counts of a client's rows by state: the figures on a tab's segments."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session


def count_by_status(
    session: Session, table: Table, client_id: uuid.UUID, statuses: Sequence[str], *only
) -> dict[str, int]:
    """{status: rows} for each of `statuses`, 0 where there is none; of those rows that the conditions `only` keep."""
    counted = select(table.c.status, func.count()).where(table.c.client_id == client_id, *only).group_by(table.c.status)
    rows = session.execute(counted)
    return {**dict.fromkeys(statuses, 0), **{status: count for status, count in rows}}


def of_status(table: Table, status: str | None) -> tuple:
    """The condition that keeps rows of `status`; none for None."""
    return () if status is None else (table.c.status == status,)


def total_of(counts: dict[str, int], status: str | None) -> int:
    """How many rows a list filtered by `status` (None: not) has in all."""
    return sum(counts.values()) if status is None else counts[status]


def in_groups(counts: dict[str, int], groups: dict[str, tuple]) -> dict[str, int]:
    """Counts by status summed up into the groups of states that the portal shows."""
    return {group: sum(counts[status] for status in statuses) for group, statuses in groups.items()}


def of_group(table: Table, groups: dict[str, tuple], group: str | None) -> tuple:
    """The condition that keeps rows of `group`; none for None."""
    return () if group is None else (table.c.status.in_(groups[group]),)
