"""A watch: what one open page is to be told, and the server-sent events that tell it.

Each block of the stream has an id, the moment in milliseconds up to which the page has been told everything; a page that
comes back sends the last one as `Last-Event-ID`. `changed` carries notices, `here` the colleagues of the record, `reset`
says that the page has to read everything anew, `away` and `live` whether changes can be told at present.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

from chassis import green
from chassis.wire import encoded
from gateway.live.notices import ADDED, Notice, milliseconds
from gateway.live.presence import Colleague

MOST_PENDING = 128
LOOK_SECONDS = 1.0  # how soon it is noticed that a page has gone
BEAT_SECONDS = 15.0
LIFE_SECONDS = 30 * 60  # then the page asks anew, and whoever looks at it is identified once more


class Watch:
    """What the page of a person watches: the `rows` of the list, or one `record`; and what it has not been told yet."""

    def __init__(self, person: str, *, rows: frozenset[str] = frozenset(), record: str | None = None):
        self.person, self.rows, self.record = person, rows, record
        self.ended = False
        self._pending: dict[tuple, Notice] = {}
        self._colleagues: list[Colleague] | None = None
        self._states: list[str] = []
        self._woken: green.Event | None = None

    def wants(self, notice: Notice) -> bool:
        """Whether the page shows what a notice is about."""
        if self.record is not None:
            return notice.client == self.record
        return notice.is_in_lists and (notice.client is None or notice.client in self.rows or notice.what in ADDED)

    def notify(self, notice: Notice) -> None:
        """Tell the page of a change: the last one of each kind, and where they are too many, that it reads anew."""
        self._pending[ADDED if notice.what in ADDED else (notice.client, notice.what, notice.entity)] = notice
        if len(self._pending) > MOST_PENDING:
            self._pending.clear()
            self.signal("reset")
        self._wake()

    def show(self, colleagues: list[Colleague]) -> None:
        """Tell the page who has the record open."""
        self._colleagues = colleagues
        self._wake()

    def signal(self, state: str) -> None:
        """Tell the page `reset`, `away` or `live`."""
        if state not in self._states:
            self._states.append(state)
        self._wake()

    def end(self) -> None:
        """End the stream."""
        self.ended = True
        self._wake()

    def stream(self, is_over: Callable[[], bool]) -> Iterator[bytes]:
        """The server-sent events, until the watch is ended, the stream `is_over`, or it is time to ask anew."""
        yield b": live\n\n"
        now = time.monotonic()
        until, sent_at = now + LIFE_SECONDS, now
        while not (self.ended or now > until or is_over()):
            blocks = b"".join(self._take())
            if blocks or now - sent_at > BEAT_SECONDS:
                yield blocks + b"id: %d\n\n" % milliseconds()
                sent_at = now
            self._wait(LOOK_SECONDS)
            now = time.monotonic()

    def _take(self) -> Iterator[bytes]:
        states, notices, colleagues = self._states, self._pending, self._colleagues
        self._states, self._pending, self._colleagues = [], {}, None
        for state in states:
            yield _block(state, {})
        if notices:
            yield _block("changed", [notice.to_wire() for notice in notices.values()])
        if colleagues is not None:
            yield _block("here", [asdict(one) for one in colleagues if one.id != self.person])

    def _wait(self, seconds: float) -> None:
        if self._pending or self._states or self._colleagues is not None or self.ended:
            return
        self._woken = green.Event()
        self._woken.wait(seconds)
        self._woken = None

    def _wake(self) -> None:
        if self._woken is not None and not self._woken.ready():
            self._woken.send()


def _block(event: str, data) -> bytes:
    return b"event: %s\nid: %d\ndata: %s\n\n" % (event.encode(), milliseconds(), encoded(data))
