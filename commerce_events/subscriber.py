"""Subscribers: which events one wants, and what it does with them."""

from collections.abc import Callable
from typing import Any, TypeVar

from commerce_events.event import Event
from commerce_events.inbox import Inbox

Handler = Callable[[Any, Any], None]
HandlerT = TypeVar("HandlerT", bound=Handler)

SERVICES = ("clients", "billing", "support", "webhooks")
REPLAY = "replay"


class Subscriber:
    """A subscriber called `name`, which is its user of the broker, with one queue, `name.<queue>`.

        welcome = Subscriber("welcome", inbox=SqliteInbox("welcome.db"))

        @welcome.on(ClientCreated)
        def greet(event, transaction): ...

    A handler that fails is tried `tries` times in all, after `first_delay` seconds, then twice as long each time and
    `longest_delay` at most; then the message is parked and the next one comes. While it waits, nothing behind it is
    handled: the order is kept. With `tries=None` it is never parked for that. `batch` events share a transaction. One
    with `replay` reads all that `./dev replay` sends before anything else.
    """

    def __init__(
        self,
        name: str,
        *,
        inbox: Inbox,
        queue: str = "events",
        tries: int | None = 8,
        first_delay: float = 0.5,
        longest_delay: float = 60.0,
        batch: int = 1,
        replay: bool = False,
    ):
        self.name, self.inbox, self.queue = name, inbox, f"{name}.{queue}"
        self.tries, self.first_delay, self.longest_delay = tries, first_delay, longest_delay
        self.batch, self.replay = batch, replay
        self._handlers: dict[str, Handler] = {}
        self._services: dict[str, str] = {}
        self._every: Handler | None = None

    def on(self, *kinds: type[Event]) -> Callable[[HandlerT], HandlerT]:
        """Make a function the handler of these events: `handler(event, transaction)`, the transaction its inbox's own."""

        def decorate(handler: HandlerT) -> HandlerT:
            for kind in kinds:
                if kind.TYPE in self._handlers:
                    raise ValueError(f"two handlers of {kind.TYPE}")
                self._handlers[kind.TYPE], self._services[kind.TYPE] = handler, kind.SERVICE
            return handler

        return decorate

    def on_every_event(self, handler: HandlerT) -> HandlerT:
        """Make a function the handler of all events that have none of their own, of types yet to come too."""
        self._every = handler
        return handler

    @property
    def replay_queue(self) -> str:
        """The queue that `./dev replay NAME` fills."""
        return f"{self.name}.{REPLAY}"

    @property
    def bindings(self) -> list[tuple[str, str]]:
        """(exchange, routing key) of what its queue is to get."""
        if self._every is not None:
            return [(f"{service}.events", "#") for service in SERVICES]
        return [(f"{service}.events", type) for type, service in self._services.items()]

    def handler_of(self, event: Event) -> Handler | None:
        """The handler of an event; None for one that is not wanted."""
        return self._handlers.get(event.type, self._every)

    def delay_after(self, failures: int) -> float | None:
        """Seconds until a handler that failed so often is tried again; None where its message is to be parked."""
        if self.tries is not None and failures >= self.tries:
            return None
        return min(self.longest_delay, self.first_delay * 2 ** min(failures - 1, 30))
