"""Faults of a filter: what is wrong, where, and the nearest that exists."""

from collections.abc import Iterable
from difflib import get_close_matches

from chassis.errors import ServiceProblem, field_problem
from chassis.types.text import fold

POINTER = "/filter"


def fault(
    message: str, position: int, length: int = 0, nearest: str | None = None, code: str = "validation"
) -> ServiceProblem:
    """A 422 that says which `length` characters of the filter are wrong, from which on (the first is 1), and the `nearest`
    text that would be right in their place, where one is known."""
    where = {"position": position, "length": length, "nearest": nearest}
    error = {"pointer": POINTER, "code": code, "message": message, **where}
    return ServiceProblem(code, f"Position {position}: {message}", [error], **where)


def too_slow() -> ServiceProblem:
    """A 422 of a filter whose rows are not found in time."""
    return fault("This takes too long to look up. Narrow it down with a further condition joined by AND.", 1)


def order_too_slow() -> ServiceProblem:
    """A 422 of an order in which rows are not sorted in time."""
    message = "So many rows are not sorted by this in time. Narrow the list down by a filter, or sort by a column with an index."
    return field_problem("/sort", message)


def nearest_of(typed: str, known: Iterable[str]) -> str | None:
    """What was most likely meant by `typed`: the same letters in another order, else the most alike; None when nothing known
    is near."""
    by_fold, wanted = {fold(one): one for one in known}, fold(typed)[:100]
    swapped = [one for one in by_fold if sorted(one) == sorted(wanted)]
    near = swapped or get_close_matches(wanted, by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None
