"""Counts of views: how many clients each has, kept for half a minute for all who ask."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from services.clients.queries.client_list import count

FRESH_SECONDS = 30.0
BATCH_SECONDS = 0.6  # what is not counted by then comes with the next batch


class CachedCounts:
    """Counts by what is asked for, in this process: people who ask for the same have one count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._kept = clock, {}

    def of(self, session: Session, views: list[dict], now: datetime) -> dict:
        """`{"data": [{id, total, exact, fault}]}` of `views`. There is no total where the view's filter is at `fault`, or
        where time was up: then there is no fault either, and the next one who asks has it."""
        end = self._clock() + BATCH_SECONDS
        self._kept = {asked: kept for asked, kept in self._kept.items() if kept[0] > self._clock()}
        counted = []
        for view in views:
            asked = view["q"], view["filter"]
            if asked not in self._kept and self._clock() < end:
                self._kept[asked] = self._clock() + FRESH_SECONDS, _count(session, *asked, now)
            counted.append({"id": view["id"], **(self._kept[asked][1] if asked in self._kept else _UNCOUNTED)})
        return {"data": counted}

    def forget(self) -> None:
        """Keep none of them."""
        self._kept = {}


_UNCOUNTED = {"total": None, "exact": False, "fault": None}


def _count(session: Session, q: str, filter: str, now: datetime) -> dict:
    try:
        total, exact = count(session, q=q, filter=filter, group=None, status=None, tag=None, now=now)
    except ServiceProblem as problem:
        return {**_UNCOUNTED, "fault": problem.detail}
    return {"total": total, "exact": exact, "fault": None}
