"""Counts of saved views: how many rows each has, kept for half a minute for all who ask."""

import time
from collections.abc import Callable, Hashable, Sequence

from chassis.errors import ServiceProblem, field_problem
from chassis.types.search import SHORTEST, is_enough

FRESH_SECONDS = 30.0
BATCH_SECONDS = 0.6  # what is not counted by then comes with the next batch
_UNCOUNTED = {"total": None, "exact": False, "fault": None}


class CachedCounts:
    """Counts by what is asked for, in this process: people who ask for the same have one count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._kept = clock, {}

    def of(self, asked: Sequence[Hashable], count: Callable[..., tuple[int, bool]]) -> list[dict]:
        """`{total, exact, fault}` of each of `asked`, which `count` counts: rows, and whether that is exact.

        There is no total where the filter that is asked for is at `fault`, or where time was up: then there is no fault
        either, and the next one who asks has it.
        """
        end = self._clock() + BATCH_SECONDS
        self._kept = {one: kept for one, kept in self._kept.items() if kept[0] > self._clock()}
        counted = []
        for one in asked:
            if one not in self._kept and self._clock() < end:
                self._kept[one] = self._clock() + FRESH_SECONDS, _counted(one, count)
            counted.append(self._kept[one][1] if one in self._kept else _UNCOUNTED)
        return counted

    def of_list(self, name: str, asked: Sequence[dict], count: Callable[..., tuple[int, bool]]) -> dict:
        """The answer of `count_listed`: those of what is `asked` of the list `name`, which `count` is given by name."""

        def counted(one: tuple) -> tuple[int, bool]:
            _, q, clients, filter = one
            if q and not is_enough(q):
                raise field_problem("/q", f"Give {SHORTEST} characters or a whole number.")
            return count(q=q or None, clients=list(clients), filter=filter)

        return {"data": self.of([(name, one["q"], tuple(one["clients"]), one["filter"]) for one in asked], counted)}

    def forget(self) -> None:
        """Keep none of them."""
        self._kept = {}


def _counted(one: Hashable, count: Callable[..., tuple[int, bool]]) -> dict:
    try:
        total, exact = count(one)
    except ServiceProblem as problem:
        return {**_UNCOUNTED, "fault": problem.detail}
    return {"total": total, "exact": exact, "fault": None}
