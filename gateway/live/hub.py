"""The hub: the watches of this process. What the bus brings goes to those that want it, and is not looked up anywhere."""

import time
from collections import Counter
from datetime import datetime

from chassis.errors import ServiceProblem
from gateway.live.notices import ADDED, History, Notice, milliseconds, notice_of
from gateway.live.presence import Colleague, Presence
from gateway.live.processes import Processes
from gateway.live.watch import Watch

HUB = "commerce.live"  # where a request has the hub of its process
OF_ONE_PERSON = 24
OF_ALL = 256  # of a process: half of the connections that it takes
SIGN_INS = ("staff.signed_in", "staff.sign_in_failed")


class Hub:
    """The watches of a process. `is_fed` is whether events arrive; until they do nobody is let in."""

    def __init__(self, process: str, instance: str = ""):
        self._watches: set[Watch] = set()
        self._of_client: dict[str, set[Watch]] = {}
        self._of_person: Counter[str] = Counter()
        self._history, self._presence, self._processes = History(), Presence(process), Processes(process, instance)
        self._moved: set[str] = set()  # records whose colleagues are to be shown
        self.is_fed, self._lag = False, None

    def __len__(self) -> int:
        return len(self._watches)

    def join(self, watch: Watch, since: int | None, colleague: Colleague | None = None) -> None:
        """Let `watch` in, with what it missed since a moment in milliseconds; `colleague` stands on its record from now on.

        Raises `too-many-requests` and `unavailable` where there is no room for it, or nothing to be told.
        """
        if not self.is_fed:
            raise ServiceProblem("unavailable", "Changes cannot be shown live at present.", what="Live", retry_after=5)
        if self._of_person[watch.person] >= OF_ONE_PERSON:
            raise ServiceProblem("too-many-requests", "You have too many live pages open.", retry_after=60)
        if len(self._watches) >= OF_ALL:
            raise ServiceProblem("unavailable", "Too many live pages are open.", what="Live", retry_after=60)
        self._watches.add(watch)
        self._of_person[watch.person] += 1
        for client_id in _clients(watch):
            self._of_client.setdefault(client_id, set()).add(watch)
        watch.signal("live")
        self._catch_up(watch, milliseconds() if since is None else since)
        if colleague is not None:
            self._presence.enter(watch.record, watch, colleague)
            self._moved.add(watch.record)

    def leave(self, watch: Watch) -> None:
        """Forget `watch`; once it is forgotten, nothing."""
        if watch not in self._watches:
            return
        self._watches.remove(watch)
        self._of_person[watch.person] -= 1
        if not self._of_person[watch.person]:
            del self._of_person[watch.person]
        for client_id in _clients(watch):
            of_client = self._of_client[client_id]
            of_client.discard(watch)
            if not of_client:
                del self._of_client[client_id]
        if watch.record is not None:
            self._presence.leave(watch.record, watch)

    def receive(self, event: dict) -> None:
        """Tell what an event changed. One about a staff account ends what its person watches: they come back and are
        identified anew, if they may."""
        self._lag = max(0, round(time.time() - datetime.fromisoformat(event["time"]).timestamp()))
        kind = event["type"].rpartition(".")[0]
        if kind.startswith("staff.") and kind not in SIGN_INS:
            self.end_of(event["facts"]["entity"]["id"])
        notice = notice_of(event)
        if notice is not None:
            self._history.add(notice)
            for watch in self._concerned(notice):
                if watch.wants(notice):
                    watch.notify(notice)

    def receive_presence(self, message: dict) -> None:
        """Take in who has which record open at another process, and what that one says of itself."""
        self._processes.receive(message)
        self._moved |= self._presence.receive(message)

    def tick(self) -> dict | None:
        """Let go of whoever has left, and show who is where; what is to be said to the other processes, if anything."""
        moved, self._moved = self._moved | self._presence.tick(), set()
        for client_id in moved:
            for watch in self._of_client.get(client_id, ()):
                if watch.record is not None:
                    watch.show(self._presence.of(client_id))
        due = self._processes.is_due()
        message = self._presence.message(wanted=due)
        return {**message, "about": self._about()} if due else message

    def goodbye(self) -> dict:
        """What a process that ends says to the others."""
        return {**self._presence.message(wanted=True), "about": None}

    def processes(self) -> list[dict]:
        """All processes of the gateway, with their live pages."""
        return self._processes.all(self._about())

    def _about(self) -> dict:
        return self._processes.own(len(self), self._lag, self.is_fed)

    def end_of(self, person: str | None) -> None:
        """End all that a person watches."""
        for watch in [one for one in self._watches if one.person == person]:
            watch.end()

    def end(self) -> None:
        """End all watches."""
        for watch in list(self._watches):
            watch.end()

    def feed(self) -> None:
        """Events arrive from now on. Whoever watched before comes back, and reads anew what may have been missed."""
        self._history.interrupt()
        self.is_fed = True
        self.end()

    def starve(self) -> None:
        """No events arrive."""
        self.is_fed = False
        for watch in self._watches:
            watch.signal("away")

    def _catch_up(self, watch: Watch, since: int) -> None:
        missed = self._history.since(since)
        if missed is None:
            watch.signal("reset")
        for notice in missed or ():
            if watch.wants(notice):
                watch.notify(notice)

    def _concerned(self, notice: Notice) -> set[Watch]:
        """Those that may want a notice: all where it is about no one client, or about one that may come into a list."""
        everybody = notice.client is None or notice.what in ADDED
        return self._watches if everybody else self._of_client.get(notice.client, set())


def _clients(watch: Watch) -> frozenset[str]:
    return watch.rows if watch.record is None else frozenset((watch.record,))
