"""Retention: for how many days what nobody needs any more is kept, in one table, which `COMMERCE_RETENTION` changes by name.

Each service deletes by a job of its own (`chassis/process/retention.py`). What is in no period is kept for good:
docs/operations/retention.md has every table.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Period:
    """So many days by default, and the fewest that a setting may choose."""

    days: int
    least: int


PERIODS = {
    "idempotency-keys": Period(90, 30),
    "inbox": Period(90, 30),
    "sessions": Period(400, 31),
    "impersonations": Period(800, 31),
    "links": Period(30, 1),
    "sign-in-attempts": Period(30, 2),
    "mails": Period(90, 2),
    "exports": Period(1, 1),
    "imports": Period(90, 8),
    "bulk-jobs": Period(400, 31),
}

_days: dict[str, int] = {}


def configure(days: dict[str, int]) -> None:
    """Have this process keep for so many days what is named in `days`, and the rest as the table says."""
    _days.clear()
    _days.update(days)


def days_of(name: str) -> int:
    """For how many days something is kept."""
    return _days.get(name, PERIODS[name].days)
