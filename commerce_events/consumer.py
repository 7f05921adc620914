"""The consumer: brings a subscriber its messages with kombu, and acknowledges them once they are handled."""

import logging
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from kombu import Connection, Consumer, Exchange, Producer, Queue
from kombu.exceptions import OperationalError

from commerce_events.handling import Handling, Message, Stopped
from commerce_events.subscriber import Subscriber

LIVE_QUEUE = {"x-queue-type": "quorum", "x-single-active-consumer": True}
PARKING_QUEUE = {"x-queue-type": "quorum"}
HEARTBEAT_SECONDS = 30
CONFIRM_SECONDS = 10
LOOK_SECONDS = 0.5  # how soon a stop is noticed
LONGEST_PAUSE = 30.0

log = logging.getLogger("commerce_events")


def subscribe(subscriber: Subscriber, uri: str, *, stop: threading.Event | None = None, **options: Any) -> None:
    """Consume until `stop` is set, or without it until SIGTERM or SIGINT; the event in hand is finished first.

    Connects again by itself, as often as it takes. `options` are kombu's for the connection, such as `ssl`. Two
    processes may run: one consumes, the other takes over.
    """
    if stop is None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
    Consumption(subscriber, uri, stop, options).run()


class Consumption:
    """One consumer at work."""

    def __init__(
        self,
        subscriber: Subscriber,
        uri: str,
        stop: threading.Event,
        options: dict[str, Any],
        reached: Callable[[str], None] = lambda step: None,
    ):
        self._subscriber, self._uri, self._stop, self._options = subscriber, uri, stop, options
        self._reached = reached
        self._handling = Handling(subscriber, self._park, self._wait, reached)
        self._waiting: deque[Any] = deque()
        self.consuming = False

    def run(self) -> None:
        """Consume until it is to stop."""
        pause = 0.2
        while not self._stop.is_set():
            connection = Connection(
                self._uri,
                heartbeat=HEARTBEAT_SECONDS,
                connect_timeout=5,
                transport_options={"confirm_publish": True},
                **self._options,
            )
            begun = time.monotonic()
            try:
                self._consume(connection)
            except Stopped:
                pass
            except (*connection.connection_errors, *connection.channel_errors, OperationalError) as error:
                pause = 0.2 if time.monotonic() - begun > LONGEST_PAUSE else min(LONGEST_PAUSE, pause * 2)
                log.warning("the broker cannot be used, another try in %g s: %s", pause, error)
                self._stop.wait(pause)
            finally:
                self.consuming = False
                connection.collect()  # closing would wait for an answer that may never come

    def _consume(self, connection: Connection) -> None:
        connection.connect()  # else it is tried for ever, whether it is to stop or not
        self._connection, channel = connection, connection.default_channel
        live, replay = self._declare(channel)
        self._waiting.clear()
        prefetch = 2 * self._subscriber.batch
        channel.basic_qos(0, prefetch, False)
        if self._subscriber.replay:
            self._begin(channel, replay, prefetch)
        began_live, self.consuming = False, True
        while not self._stop.is_set():
            if not began_live and self._handling.replay_ended:
                self._begin(channel, live, prefetch)
                began_live = True
            self._receive()
            if self._waiting:
                self._handle(channel)

    def _declare(self, channel: Any) -> tuple[Queue, Queue]:
        """Declare its queues, and bind the live one, so that nothing of what is published from now on is missed."""
        wanted = self._subscriber
        parking = Exchange(f"{wanted.name}.parking", type="direct", durable=True)
        key = f"{wanted.queue}.parked"
        Queue(key, parking, routing_key=key, durable=True, queue_arguments=PARKING_QUEUE)(channel).declare()
        live, replay = (
            Queue(name, durable=True, queue_arguments=LIVE_QUEUE)(channel)
            for name in (wanted.queue, wanted.replay_queue)
        )
        live.queue_declare()
        for exchange, routing_key in wanted.bindings:
            live.bind_to(exchange, routing_key=routing_key)
        if wanted.replay:
            replay.queue_declare()
        return live, replay

    def _begin(self, channel: Any, queue: Queue, prefetch: int) -> None:
        Consumer(
            channel,
            [queue],
            on_message=self._waiting.append,
            on_decode_error=lambda message, _error: self._waiting.append(message),  # which parks it as it came
            auto_declare=False,
            prefetch_count=prefetch,
            accept=None,
        ).consume()

    def _receive(self) -> None:
        """Wait for a message, then receive what is there already, a batch at most."""
        try:
            if not self._waiting:
                self._connection.drain_events(timeout=LOOK_SECONDS)
            while len(self._waiting) < self._subscriber.batch:
                self._connection.drain_events(timeout=0.002)
        except TimeoutError:
            self._connection.heartbeat_check()

    def _handle(self, channel: Any) -> None:
        """Handle a batch and acknowledge it; after a crash one message, so that one which kills the process is found."""
        careful = any(_deliveries(message) for message in self._waiting)
        number = 1 if careful else min(self._subscriber.batch, len(self._waiting))
        batch = [self._waiting.popleft() for _ in range(number)]
        self._handling.handle([_message(one) for one in batch])
        channel.basic_ack(batch[-1].delivery_tag, multiple=True)
        self._reached("acknowledged")

    def _wait(self, seconds: float) -> None:
        """Wait with the connection kept alive; Stopped once it is to stop."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stop.is_set():
                raise Stopped
            try:
                self._connection.drain_events(timeout=min(left, LOOK_SECONDS))
            except TimeoutError:
                self._connection.heartbeat_check()

    def _park(self, message: Message, reason: str) -> None:
        queue = self._subscriber.queue
        with self._connection.channel() as channel:
            Producer(channel).publish(
                message.body,
                exchange=f"{self._subscriber.name}.parking",
                routing_key=f"{queue}.parked",
                serializer=None,
                content_type="application/cloudevents+json",
                content_encoding="utf-8",
                delivery_mode=2,
                mandatory=True,
                headers={"reason": reason, "queue": queue, "type": message.type},
                message_id=message.id,
                confirm_timeout=CONFIRM_SECONDS,
            )
        self._reached("parked")


def _message(message: Any) -> Message:
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
    properties = message.properties
    return Message(body, properties.get("type"), properties.get("message_id"), _deliveries(message))


def _deliveries(message: Any) -> int:
    count = (message.headers or {}).get("x-delivery-count")
    return count if isinstance(count, int) else 0
