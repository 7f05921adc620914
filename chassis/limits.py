"""Bounded places: so many may do the same thing at once, and the next one waits for a while, never without end."""

from threading import Semaphore


class KeyedSemaphore:
    """`each` places for each key. A key that nobody uses costs nothing."""

    def __init__(self, each: int):
        self._each = each
        self._free: dict[str, Semaphore] = {}
        self._users: dict[str, int] = {}

    def take(self, key: str, seconds: float) -> bool:
        """Take a place, waiting for one up to `seconds`; False when none became free."""
        free = self._free.setdefault(key, Semaphore(self._each))
        self._users[key] = self._users.get(key, 0) + 1
        taken = free.acquire(timeout=max(0.0, seconds))
        if not taken:
            self._leave(key)
        return taken

    def release(self, key: str) -> None:
        """Give a place back that was taken."""
        self._free[key].release()
        self._leave(key)

    def used(self, key: str) -> int:
        """How many hold a place of `key` or wait for one."""
        return self._users.get(key, 0)

    def _leave(self, key: str) -> None:
        self._users[key] -= 1
        if not self._users[key]:
            del self._users[key], self._free[key]
