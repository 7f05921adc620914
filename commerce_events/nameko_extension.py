"""Nameko: a method of a service as the handler of events, each once.

    class Welcome:
        name = "welcome"

        @handle_events(ClientCreated, inbox=SqliteInbox("welcome.db"))
        def greet(self, event, transaction): ...

The service is called as its user of the broker is, and its queue as the method: `welcome.greet`. AMQP_URI of its config is
where the broker is.
"""

import threading
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

    def __init__(self, *kinds: type[Event], inbox: Inbox, **options: Any):
        """`kinds` are the events that are wanted, all without any; `options` those of a Subscriber."""
        self._kinds, self._inbox, self._options = kinds, inbox, options
        super().__init__()

    def setup(self) -> None:
        self._stop = threading.Event()
        self._subscriber = Subscriber(
            self.container.service_name, inbox=self._inbox, queue=self.method_name, **self._options
        )
        if self._kinds:
            self._subscriber.on(*self._kinds)(self._run_worker)
        else:
            self._subscriber.on_every_event(self._run_worker)

    def start(self) -> None:
        consumption = Consumption(self._subscriber, self.container.config["AMQP_URI"], self._stop, {})
        self._thread = self.container.spawn_managed_thread(consumption.run, identifier=self._subscriber.queue)

    def stop(self) -> None:
        self._stop.set()
        self._thread.wait()

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


handle_events = EventEntrypoint.decorator
