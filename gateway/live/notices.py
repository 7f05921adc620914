"""Notices: which record changed and in which part, without anything personal; and those of the last while.

An open page fetches what changed by its own address, with the rights of whoever looks at it.
"""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

MOST_KEPT = 4096
OVERLAP = 5000  # milliseconds by which another process may have received an event earlier or later
ADDED = ("client.created", "client.imported")
ON_EVERY_LIST = ("group", "tag", "custom_field")
_NOT_IN_LISTS = ("impersonation", "note", "ticket")


@dataclass(frozen=True, slots=True)
class Notice:
    """That an event happened: its id and time in milliseconds, the client it is about (None: it may concern any), its
    type without the version, the id of its entity, and who did it."""

    id: str
    at: int
    client: str | None
    what: str
    entity: str | None
    by: str | None

    def to_wire(self) -> dict:
        """Its form in a message to a page."""
        return asdict(self)

    @property
    def part(self) -> str:
        """What changed in one word, the first of its type: "client", "invoice"."""
        return self.what.partition(".")[0]

    @property
    def is_in_lists(self) -> bool:
        """Whether it may change what a row of the client list shows."""
        return self.part not in _NOT_IN_LISTS


def notice_of(event: dict) -> Notice | None:
    """The notice of an event as handlers read it (chassis.events.event.event_of); None for one that no page shows."""
    what, client = event["type"].rpartition(".")[0], event["subject"]
    if client is None and what.partition(".")[0] not in ON_EVERY_LIST:
        return None
    at = int(datetime.fromisoformat(event["time"]).timestamp() * 1000)
    return Notice(event["id"], at, client, what, event["facts"]["entity"]["id"], event["actor"]["id"])


def milliseconds() -> int:
    """Now, in milliseconds of the epoch."""
    return time.time_ns() // 1_000_000


class History:
    """The notices that came last, MOST_KEPT of them at most, and since when none of them is missing."""

    def __init__(self):
        self._kept: deque[tuple[int, Notice]] = deque()
        self.complete_since = milliseconds()

    def add(self, notice: Notice) -> None:
        """Keep a notice; the oldest makes room."""
        self._kept.append((milliseconds(), notice))
        if len(self._kept) > MOST_KEPT:
            self.complete_since = self._kept.popleft()[0] + 1

    def interrupt(self) -> None:
        """What happened until now may be missing."""
        self._kept.clear()
        self.complete_since = milliseconds()

    def since(self, moment: int) -> Iterator[Notice] | None:
        """What came after `moment`, and a little of what came before it; None when that is not known any more."""
        if moment < self.complete_since:
            return None
        return (notice for received, notice in self._kept if received >= moment - OVERLAP)
