"""Nameko: a method of a service as the handler of events, each once.

    class Welcome:
        name = "welcome"

        @handle_events(ClientCreated, inbox=SqliteInbox("welcome.db"))
        def greet(self, event, transaction): ...

The service is called as its user of the broker is, and its queue as the method: `welcome.greet`. AMQP_URI of its config is
where the broker is, AMQP_SSL how TLS is spoken with it, as with Nameko itself.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from eventlet.event import Event as Result
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from commerce_events.consumer import Consumption
from commerce_events.event import Event
from commerce_events.handling import Stopped
from commerce_events.inbox import Inbox
from commerce_events.subscriber import Subscriber


class EventEntrypoint(Entrypoint):
    """The entrypoint behind `handle_events`: one managed thread, and a worker for each event."""

    def __init__(
        self,
        *kinds: type[Event],
        inbox: Inbox | Callable[[Mapping[str, Any]], Inbox],
        broker: Callable[[Mapping[str, Any]], tuple[str, dict[str, Any]]] | None = None,
        **options: Any,
    ):
        """`kinds` are the events that are wanted, all without any; `options` those of a Subscriber.

        `inbox` may be a function that makes it of the container's config, once for each container; so may `broker` tell
        the address and kombu's options for the connection.
        """
        self._kinds, self._inbox, self._broker, self._options = kinds, inbox, broker or _named_broker, options
        super().__init__()

    def setup(self) -> None:
        self._stop = threading.Event()
        inbox = self._inbox(self.container.config) if callable(self._inbox) else self._inbox
        self._subscriber = Subscriber(self.container.service_name, inbox=inbox, queue=self.method_name, **self._options)
        uri, options = self._broker(self.container.config)
        self._consumption = Consumption(self._subscriber, uri, self._stop, options)
        if self._kinds:
            self._subscriber.on(*self._kinds)(self._run_worker)
        else:
            self._subscriber.on_every_event(self._run_worker)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._consumption.run, identifier=self.queue_name)

    def stop(self) -> None:
        self._stop.set()
        self._thread.wait()

    @property
    def queue_name(self) -> str:
        """The queue that it consumes."""
        return self._subscriber.queue

    @property
    def consuming(self) -> bool:
        """Whether it is connected, and its queue is consumed by it or by another process that it stands by for."""
        return self._consumption.consuming

    def _run_worker(self, event: Event, transaction: Any) -> None:
        """Run the method in a worker, and wait for it; what it raises is raised here."""
        result = Result()

        def finish(_worker: Any, value: Any, fault: Any) -> tuple[Any, Any]:
            result.send(fault)
            return value, fault

        try:
            self.container.spawn_worker(self, (event, transaction), {}, handle_result=finish)
        except ContainerBeingKilled as killed:
            raise Stopped from killed
        if (fault := result.wait()) is not None:
            raise fault[1]


def _named_broker(config: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return config["AMQP_URI"], {"ssl": config.get("AMQP_SSL", False)}


handle_events = EventEntrypoint.decorator
