"""Processes of the gateway: each says to the others, with who is where, that it is there and how its live pages are fed.

One that was told to end says goodbye; one that is silent for SILENT_SECONDS without it is shown as silent for an hour.
"""

import time
from datetime import UTC, datetime

from chassis import __version__
from chassis.events.event import rfc3339
from gateway.live.presence import REFRESH_SECONDS, SILENT_SECONDS

FORGET_SECONDS = 3600


class Processes:
    """The processes of the gateway, this one (`instance`) among them."""

    def __init__(self, process: str, instance: str):
        self._process = process
        self._own = {"instance": instance, "version": __version__, "started_at": rfc3339(datetime.now(UTC))}
        self._others: dict[str, tuple[float, dict]] = {}
        self._said_at = 0.0

    def is_due(self) -> bool:
        """Whether this process has to say again that it is there; if so, it is supposed to."""
        now = time.monotonic()
        if now - self._said_at <= REFRESH_SECONDS:
            return False
        self._said_at = now
        return True

    def own(self, streams: int, lag: int | None, is_fed: bool) -> dict:
        """What this process says of itself: its live pages, whether they are fed, and how old the last event was when
        it came, in seconds; None before the first."""
        return {**self._own, "seen_at": rfc3339(datetime.now(UTC)), "streams": streams, "lag": lag, "is_fed": is_fed}

    def receive(self, message: dict) -> None:
        """Take in what another process says of itself, or its goodbye: an `about` of None."""
        if message["process"] == self._process or "about" not in message:
            return
        if message["about"] is None:
            self._others.pop(message["process"], None)
        else:
            self._others[message["process"]] = (time.monotonic(), message["about"])

    def all(self, own: dict) -> list[dict]:
        """All processes with their `status`, `ready` or `silent`: this one as `own` says, and the others."""
        now = time.monotonic()
        self._others = {name: one for name, one in self._others.items() if now - one[0] < FORGET_SECONDS}
        others = [
            {**about, "status": "silent" if now - seen > SILENT_SECONDS else "ready"}
            for seen, about in self._others.values()
        ]
        return sorted([{**own, "status": "ready"}, *others], key=lambda one: (one["started_at"], one["instance"]))
