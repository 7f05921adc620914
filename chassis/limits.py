"""Limits of concurrency: so many at once, and the next one waits for a while, never without end.

Whoever has waited longest is next. The semaphores of the standard library and of eventlet wake them, but let a newcomer
in before they run: under load those who wait are passed over until they are refused, however fast places become free.
"""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from chassis import green
from chassis.errors import ServiceProblem


class FairSemaphore:
    """A semaphore of `places` by direct hand-over: one that is released belongs at once to whoever has waited longest."""

    def __init__(self, places: int):
        self._free, self._waiting = places, deque()

    def acquire(self, seconds: float | None = None) -> bool:
        """Acquire a place, waiting up to `seconds`, or as long as it takes; False when none became free."""
        if self._free:
            self._free -= 1
            return True
        place = green.Event()
        self._waiting.append(place)
        try:
            place.wait(seconds)
        except BaseException:
            self._withdraw(place)
            raise
        if not place.ready():
            self._waiting.remove(place)
        return place.ready()

    def release(self) -> None:
        """Release what was acquired."""
        if self._waiting:
            self._waiting.popleft().send()
        else:
            self._free += 1

    def _withdraw(self, place: green.Event) -> None:
        """Leave the line, or hand on a place that has come already."""
        if place.ready():
            self.release()
        else:
            self._waiting.remove(place)


class KeyedSemaphore:
    """A fair semaphore of `each` for every key. A key that nobody uses costs nothing."""

    def __init__(self, each: int):
        self._each = each
        self._places: dict[str, FairSemaphore] = {}
        self._users: dict[str, int] = {}

    def acquire(self, key: str, seconds: float) -> bool:
        """Acquire the semaphore of `key`, waiting up to `seconds`; False when it did not become free."""
        places = self._places.setdefault(key, FairSemaphore(self._each))
        self._users[key] = self._users.get(key, 0) + 1
        acquired = False
        try:
            acquired = places.acquire(max(0.0, seconds))
        finally:
            if not acquired:
                self._leave(key)
        return acquired

    def release(self, key: str) -> None:
        """Release what was acquired."""
        self._places[key].release()
        self._leave(key)

    def used(self, key: str) -> int:
        """How many hold the semaphore of `key` or wait for it."""
        return self._users.get(key, 0)

    def _leave(self, key: str) -> None:
        self._users[key] -= 1
        if not self._users[key]:
            del self._users[key], self._places[key]


class AdaptiveLimit:
    """A limit that finds out how many at once are answered in time: it falls by a part when one took more than `target`
    seconds while the process was short of processor, and rises by about one when as many as it admits were answered
    otherwise (AIMD). Between `least` and `most`.

    Where more come than can be served, all at once would be served too late, each after its share of the work was done. The
    newest is refused at once when those before it would take longer than it may wait.
    """

    FALL, REST = 0.8, 0.25  # by how much at a time, and how many seconds from one time to the next
    NEWEST = 0.1  # weight of the newest in the mean of seconds

    def __init__(self, most: int, *, least: int, target: float):
        self.limit = float(most)
        self._most, self._least, self._target = most, min(least, most), target
        self._used, self._mean, self._fell_at = 0, 0.0, 0.0
        self._waiting: deque[green.Event] = deque()

    def acquire(self, seconds: float) -> bool:
        """Acquire a place, waiting up to `seconds`; False when none became free, at once where none would."""
        if self._used < int(self.limit) and not self._waiting:
            self._used += 1
            return True
        if (len(self._waiting) + 1) * self._mean / self.limit > seconds:
            return False
        place = green.Event()
        self._waiting.append(place)
        try:
            place.wait(max(0.0, seconds))
        except BaseException:
            self._withdraw(place)
            raise
        if not place.ready():
            self._waiting.remove(place)
        return place.ready()

    def used(self) -> int:
        """How many hold a place or wait for one."""
        return self._used + len(self._waiting)

    def _withdraw(self, place: green.Event) -> None:
        if place.ready():
            self.release(None)
        else:
            self._waiting.remove(place)

    def release(self, seconds: float | None, *, busy: bool = False) -> None:
        """Release a place after `seconds`, None where they say nothing of what can be done; the process was `busy`."""
        self._used -= 1
        if seconds is not None:
            self._learn(seconds, busy)
        while self._waiting and self._used < int(self.limit):
            self._used += 1
            self._waiting.popleft().send()

    def _learn(self, seconds: float, busy: bool) -> None:
        self._mean += self.NEWEST * (seconds - self._mean)
        now = time.monotonic()
        if seconds <= self._target or not busy:
            if self._waiting or self._used >= self.limit / 2:
                self.limit = min(self._most, self.limit + 1 / self.limit)
        elif now - self._fell_at >= self.REST:
            self._fell_at = now
            self.limit = max(self._least, self.limit * self.FALL)


class WaitingLine:
    """A line for costly work: `at_once` at it, `waiting` behind them, and the next is told to come back later."""

    def __init__(self, at_once: int, waiting: int):
        self._most, self._turns, self._inside = at_once + waiting, FairSemaphore(at_once), 0

    @contextmanager
    def turn(self, refusal: ServiceProblem) -> Iterator[None]:
        """Wait for a turn, which lasts as long as the block; raises `refusal` at once when the line is full."""
        if self._inside >= self._most:
            raise refusal
        self._inside += 1
        try:
            self._turns.acquire()
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._inside -= 1
