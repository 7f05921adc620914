"""Outcome: what a bulk act comes to for one client, in a dry run and in the job alike."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Item:
    """A client to act on; `undoes` is what the row kept that this one undoes."""

    client_id: UUID
    undoes: dict | None = None


@dataclass(frozen=True)
class Outcome:
    """`changed`, `unchanged`, `refused` or `failed`; why; what an undo needs; how many services move, and what these cost
    a month (a money object)."""

    result: str
    code: str = ""
    reason: str = ""
    kept: dict | None = None
    services: int = 0
    monthly: dict | None = None


GONE = Outcome("refused", "not-found", "There is no such client any more.")
FORGOTTEN = Outcome("refused", "forgotten", "What an undo of it needs is not kept any more.")
INTERNAL = Outcome("failed", "internal", "It could not be changed; the log says why.")


def forbidden(name: str | None) -> Outcome:
    """The outcome for a client whom the person of the job may not change any more."""
    return Outcome("refused", "forbidden", f"{name or 'Whoever started this'} may not do this any more.")


def changed(before: Any, after: Any) -> Outcome:
    """The outcome for a value that is set to another; both are JSON."""
    return Outcome("changed", kept={"before": before, "after": after})


def refused(code: str, reason: str) -> Outcome:
    """The outcome for a client that is left as it is."""
    return Outcome("refused", code, reason)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are one; false is not the same as none."""
    return one == other and type(one) is type(other)
