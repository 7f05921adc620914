"""Handling: what becomes of each message, whoever brings it: its effect once, another try later, or the parking queue."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from commerce_events.event import Event, NotAnEvent, read_event
from commerce_events.subscriber import REPLAY, Subscriber

MAX_ATTEMPTS = 5
REPLAY_ENDED = "replay.ended.v1"

log = logging.getLogger("commerce_events")


class Park(Exception):
    """For a handler: this event can never be handled; park it at once, with this reason."""


class Stopped(BaseException):
    """No fault: the consumer is to stop: what was not handled stays with the broker."""


@dataclass(frozen=True)
class Message:
    """A message as it came, with what its properties say; `deliveries` is how often the broker has delivered it before."""

    body: bytes
    type: str | None = None
    id: str | None = None
    deliveries: int = 0


class Handling:
    """Handles messages for `subscriber`.

    `park(message, reason)` returns once the broker has the message in the parking queue. `wait(seconds)` waits for
    another try and raises Stopped where there is to be none. `reached(step)` is told each step, for tests.
    """

    def __init__(
        self,
        subscriber: Subscriber,
        park: Callable[[Any, str], None],
        wait: Callable[[float], None],
        reached: Callable[[str], None] = lambda step: None,
    ):
        self._subscriber, self._park, self._wait, self._reached = subscriber, park, wait, reached

    @property
    def replay_ended(self) -> bool:
        """Whether a subscriber that begins with a replay has come to its end."""
        return not self._subscriber.replay or self._subscriber.inbox.is_marked(self._subscriber.queue, REPLAY)

    def handle(self, messages: Sequence[Message]) -> None:
        """Handle messages in their order; when it returns they may be acknowledged."""
        wanted: list[tuple[Message, Event]] = []
        for message in messages:
            if message.type == REPLAY_ENDED:
                self._apply(wanted)
                wanted = []
                self._subscriber.inbox.mark(self._subscriber.queue, REPLAY)
            elif (event := self._read(message)) is not None:
                wanted.append((message, event))
        self._apply(wanted)

    def _read(self, message: Message) -> Event | None:
        """The event in a message, where a handler wants it; what cannot be read is parked."""
        try:
            event = read_event(message.body)
        except NotAnEvent as error:
            self._park(message, f"not an event: {error}"[:500])
            return None
        if self._subscriber.handler_of(event) is None:
            return None
        if message.deliveries and self._attempts(event) > MAX_ATTEMPTS:
            self._park(message, f"its process ended {MAX_ATTEMPTS} times while it was handled")
            return None
        return event

    def _attempts(self, event: Event) -> int:
        """How often this event was begun, this time included, since its message came again: what comes again may only have
        waited behind the one that kills the process."""
        return self._subscriber.inbox.attempt(self._subscriber.queue, event)

    def _apply(self, wanted: list[tuple[Message, Event]]) -> None:
        """Apply events in one transaction; where one fails, each in its own, so that only that one is tried again."""
        if len(wanted) < 2:
            for pair in wanted:
                self._apply_until_done(*pair)
            return
        try:
            self._attempt([event for _, event in wanted])
        except Exception as error:
            log.warning("a batch failed, its events follow one by one: %s: %s", type(error).__name__, error)
            for pair in wanted:
                self._apply_until_done(*pair)

    def _apply_until_done(self, message: Message, event: Event) -> None:
        failures = 0
        while True:
            try:
                return self._attempt([event])
            except Park as refusal:
                return self._park(message, str(refusal)[:500])
            except Exception as error:
                failures += 1
                delay = self._subscriber.delay_after(failures)
                reason = f"{type(error).__name__}: {error}"[:500]
            if message.deliveries:
                self._subscriber.inbox.survived(self._subscriber.queue, event)
            if delay is None:
                log.error("%s %s is parked after %d tries: %s", event.type, event.id, failures, reason)
                return self._park(message, reason)
            log.warning("%s %s failed and is tried again in %g s: %s", event.type, event.id, delay, reason)
            self._wait(delay)

    def _attempt(self, events: list[Event]) -> None:
        self._reached("before")
        self._subscriber.inbox.apply(self._subscriber.queue, events, self._effect)
        self._reached("committed")

    def _effect(self, event: Event, transaction: Any) -> None:
        handler = self._subscriber.handler_of(event)
        if handler is not None:
            handler(event, transaction)
        self._reached("effect")
