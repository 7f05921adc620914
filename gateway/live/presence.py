"""Presence: who has which client record open, over all processes of the gateway.

Each process sends the others all that it knows by itself: at a change, and every REFRESH_SECONDS while it knows of
anybody. What a process has said is forgotten when it has been silent for SILENT_SECONDS.
"""

import time
from dataclasses import asdict, dataclass, field

LEAVE_SECONDS = 2.0  # so long somebody stays who goes from one tab of the record to the next
REFRESH_SECONDS = 4.0
SILENT_SECONDS = 12.0


@dataclass(frozen=True)
class Colleague:
    """Somebody on a record: id and name, the tab that they look at, whether they edit, and since when, in milliseconds
    of the epoch."""

    id: str
    name: str
    place: str
    edits: bool
    since: int


@dataclass
class _Process:
    people: dict[str, list[Colleague]] = field(default_factory=dict)
    received_at: float = 0.0


class Presence:
    """The colleagues of all records; `process` names this process among the others."""

    def __init__(self, process: str):
        self._process = process
        self._own: dict[str, dict[object, Colleague]] = {}
        self._leaving: dict[tuple[str, object], float] = {}
        self._others: dict[str, _Process] = {}
        self._sent_at, self._is_news = 0.0, False

    def enter(self, client_id: str, key: object, colleague: Colleague) -> None:
        """`colleague` opens the record in a page that `key` stands for. Whoever was about to leave it has not."""
        of_record = self._own.setdefault(client_id, {})
        for other, known in list(of_record.items()):
            if known.id == colleague.id and self._leaving.pop((client_id, other), None) is not None:
                del of_record[other]
        of_record[key] = colleague
        self._is_news = True

    def leave(self, client_id: str, key: object) -> None:
        """The page that `key` stands for is closed; its colleague is gone after LEAVE_SECONDS."""
        if key in self._own.get(client_id, {}):
            self._leaving[client_id, key] = time.monotonic() + LEAVE_SECONDS

    def receive(self, message: dict) -> set[str]:
        """Take in what another process says; the records whose colleagues it changes."""
        if message["process"] == self._process:
            return set()
        known = self._others.setdefault(message["process"], _Process())
        named = {client: [Colleague(**one) for one in people] for client, people in message["people"].items()}
        changed = {client for client in {*known.people, *named} if known.people.get(client) != named.get(client)}
        known.people, known.received_at = named, time.monotonic()
        return changed

    def tick(self) -> set[str]:
        """Let go of whoever has left, and of processes that are silent; the records whose colleagues that changes."""
        now, changed = time.monotonic(), set()
        for client_id, key in [one for one, until in self._leaving.items() if until <= now]:
            del self._leaving[client_id, key], self._own[client_id][key]
            if not self._own[client_id]:
                del self._own[client_id]
            changed.add(client_id)
            self._is_news = True
        for name in [name for name, one in self._others.items() if one.received_at < now - SILENT_SECONDS]:
            changed.update(self._others.pop(name).people)
        return changed

    def message(self, *, wanted: bool = False) -> dict | None:
        """What is to be said to the other processes now, if anything, or all the same where it is `wanted`."""
        now = time.monotonic()
        if not wanted and not self._is_news and not (self._own and now - self._sent_at > REFRESH_SECONDS):
            return None
        self._sent_at, self._is_news = now, False
        people = {client: [asdict(one) for one in colleagues.values()] for client, colleagues in self._own.items()}
        return {"process": self._process, "people": people}

    def of(self, client_id: str) -> list[Colleague]:
        """The colleagues of a record, each person once: where they edit, else where they came last."""
        everybody = [*self._own.get(client_id, {}).values()]
        for other in self._others.values():
            everybody += other.people.get(client_id, [])
        chosen: dict[str, Colleague] = {}
        for one in sorted(everybody, key=lambda colleague: (colleague.edits, colleague.since)):
            chosen[one.id] = one
        return sorted(chosen.values(), key=lambda colleague: (not colleague.edits, colleague.since))
