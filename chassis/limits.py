"""Limits of concurrency: so many at once for each key, and the next one waits for a while, never without end."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from chassis.errors import ServiceProblem


class KeyedSemaphore:
    """A semaphore of `each` for every key. A key that nobody uses costs nothing."""

    def __init__(self, each: int):
        self._each = each
        self._free: dict[str, Semaphore] = {}
        self._users: dict[str, int] = {}

    def acquire(self, key: str, seconds: float) -> bool:
        """Acquire the semaphore of `key`, waiting up to `seconds`; False when it did not become free."""
        free = self._free.setdefault(key, Semaphore(self._each))
        self._users[key] = self._users.get(key, 0) + 1
        acquired = free.acquire(timeout=max(0.0, seconds))
        if not acquired:
            self._leave(key)
        return acquired

    def release(self, key: str) -> None:
        """Release what was acquired."""
        self._free[key].release()
        self._leave(key)

    def used(self, key: str) -> int:
        """How many hold the semaphore of `key` or wait for it."""
        return self._users.get(key, 0)

    def _leave(self, key: str) -> None:
        self._users[key] -= 1
        if not self._users[key]:
            del self._users[key], self._free[key]


class WaitingLine:
    """A line for costly work: `at_once` at it, `waiting` behind them, and the next is told to come back later."""

    def __init__(self, at_once: int, waiting: int):
        self._most, self._turns, self._inside = at_once + waiting, Semaphore(at_once), 0

    @contextmanager
    def turn(self, refusal: ServiceProblem) -> Iterator[None]:
        """Wait for a turn, which lasts as long as the block; raises `refusal` at once when the line is full."""
        if self._inside >= self._most:
            raise refusal
        self._inside += 1
        try:
            with self._turns:
                yield
        finally:
            self._inside -= 1
