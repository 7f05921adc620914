"""Listeners: each event once, in the order of its stream, whatever breaks in between.

A listener has a quorum queue with a single active consumer. It receives a batch, and in one transaction writes the inbox
rows (consumer, event id) and the effects; then it acknowledges. A fault that will pass is waited out with the same
batch. A message that cannot be used is parked with its reason, and the rest goes on. After a crash batches shrink to
one message, so that one which kills the process is found: it is what a new process is given first, and it is parked
once it was delivered more than MAX_DELIVERIES times. What stands behind it has been delivered as often, and is not at
fault.
"""

import functools
import time
from contextlib import suppress
from datetime import datetime

from kombu import Connection, Queue
from marshmallow import ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from prometheus_client import Counter, Histogram
from sqlalchemy import text

from chassis import green
from chassis.bus.address import BROKER_ERRORS, connect
from chassis.bus.connection import HEARTBEAT_SECONDS
from chassis.bus.message_guard import JSON, MessageGuard, origin_fault
from chassis.db.faults import is_transient
from chassis.events.event import CONTENT_TYPE, Envelope, event_of
from chassis.events.event_size import MAX_BYTES
from chassis.events.event_spans import handled
from chassis.events.parking_lot import PARKING_QUEUE, park
from chassis.events.relay import events_exchange
from chassis.events.sequence_check import SequenceCheck
from chassis.failpoints import failpoint
from chassis.logs import bind_request, get_logger
from chassis.tracing import trace_of_call
from chassis.wire import decoded

BATCH = 50
RECEIVE_SECONDS = 0.5  # how soon a listener that waits notices that its process ends
MAX_DELIVERIES = 5
LISTENER_QUEUE = {**PARKING_QUEUE, "x-single-active-consumer": True}

# An array instead of rows of VALUES: one statement whatever the batch holds, so that it is compiled once.
RECEIVE = text("""
    INSERT INTO inbox (consumer, event_id) SELECT :consumer, unnest(CAST(:ids AS uuid[]))
    ON CONFLICT DO NOTHING RETURNING event_id
""")

SECONDS = Histogram("commerce_listener_seconds", "Time in which a listener applied a batch", ["queue", "outcome"])
HANDLED = Counter("commerce_events_handled_total", "Events applied", ["queue"])
PARKED = Counter("commerce_events_parked_total", "Events parked", ["queue"])

log = get_logger(__name__)
_envelope = Envelope()


def listener_queue(name: str) -> Queue:
    """The listener's own queue, which is there before any process. Its arguments are fixed for good: RabbitMQ refuses a
    later change."""
    return Queue(name, durable=True, queue_arguments=LISTENER_QUEUE, no_declare=True)


class Listener(Entrypoint):
    """The entrypoint behind `@listen`: one green thread with a connection of its own."""

    def __init__(self, queue: str, sources: dict[str, list[str]], batch: int = BATCH, **kwargs):
        self.queue_name, self.sources, self.batch = queue, sources, batch
        super().__init__(**kwargs)

    def setup(self):
        self._stopping, self.consuming, self._handled_any = False, False, False
        self._waiting, self._taken = [], []

    def start(self):
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"listen {self.queue_name}")

    def stop(self):
        self._stopping = True
        self._thread.wait()

    @property
    def lag(self) -> float:
        """Seconds since the oldest event in hand was recorded; 0 with none."""
        oldest = next(
            (event for event, fault in map(read_event, [*self._taken, *self._waiting]) if fault is None), None
        )
        return 0.0 if oldest is None else max(0.0, time.time() - datetime.fromisoformat(oldest["time"]).timestamp())

    def _run(self) -> None:
        delay, uri = 0.2, self.container.config["AMQP_URI"]
        while not self._stopping:
            connection = connect(uri, connect_timeout=3, heartbeat=HEARTBEAT_SECONDS)
            try:
                self._consume(connection)
            except BROKER_ERRORS as error:
                delay, self.consuming = 0.2 if self.consuming else delay, False
                log.warning("listener waits for the broker", queue=self.queue_name, error=str(error), retry_in=delay)
                time.sleep(delay)
                delay = min(2.0, delay * 2)
            finally:
                self.consuming = False
                self._waiting, self._taken = [], []
                connection.collect()  # closing would wait for an answer that may never come

    def _consume(self, connection: Connection) -> None:
        self._connection, channel = connection, connection.default_channel
        queue = self._bind(channel)
        waiting = self._waiting
        prefetch = 2 * self.batch  # the next batch arrives while one is applied
        channel.basic_qos(0, prefetch, False)
        # Never cancelled: the channel closes with its consumer. A cancelled one would keep what it has not acknowledged
        # while the standby goes on with what comes after that.
        MessageGuard(
            channel, [queue], on_message=waiting.append, auto_declare=False, prefetch_count=prefetch, accept=None
        ).consume()
        self.consuming = True
        while not self._stopping:
            self._receive(connection, waiting)
            if waiting:
                careful = any(_deliveries(message) > 0 for message in waiting)
                taken = 1 if careful else self.batch
                self._taken, waiting[:] = waiting[:taken], waiting[taken:]
                self._handle(self._taken)
                self._taken = []

    def _bind(self, channel) -> Queue:
        queue = listener_queue(self.queue_name)(channel)
        for service, keys in self.sources.items():
            for key in keys:
                queue.bind_to(events_exchange(service), routing_key=key)
        return queue

    def _receive(self, connection: Connection, waiting: list) -> None:
        """Wait for a message, then receive what is there already, a batch at most."""
        try:
            if not waiting:
                connection.drain_events(timeout=RECEIVE_SECONDS)
            while len(waiting) < self.batch:
                connection.drain_events(timeout=0.002)
        except TimeoutError:
            connection.heartbeat_check()

    def _handle(self, messages: list) -> None:
        readable = []
        for message in messages:
            event, fault = read_event(message)
            if _deliveries(message) > MAX_DELIVERIES and not self._handled_any:
                fault = f"delivered {_deliveries(message)} times without success"
            self._handled_any = True
            if fault:
                self._park(message, fault)
            else:
                readable.append((message, event))
        if readable:
            self._apply(readable)

    def _apply(self, readable: list) -> None:
        """Apply a batch. When it fails for good, apply its messages one by one, and park the one that fails."""
        error = self._attempt([event for _, event in readable])
        if error is None:
            readable[-1][0].channel.basic_ack(readable[-1][0].delivery_tag, multiple=True)
            HANDLED.labels(self.queue_name).inc(len(readable))
            failpoint("listen.after_ack")
        elif len(readable) > 1:
            for pair in readable:
                self._apply([pair])
        else:
            self._park(readable[0][0], f"{type(error).__name__}: {error}"[:500])

    def _attempt(self, events: list[dict]) -> Exception | None:
        """Run the handler until it succeeds (None) or fails for good (the error); waits out transient faults."""
        delay = 0.2
        while True:
            began = time.perf_counter()
            error = self._spawn(events)
            outcome = "ok" if error is None else "waits" if is_transient(error) else "failed"
            SECONDS.labels(self.queue_name, outcome).observe(time.perf_counter() - began)
            if outcome != "waits":
                return error
            log.warning("listener waits out a fault", queue=self.queue_name, error=type(error).__name__, retry_in=delay)
            self._back_off(delay)
            delay = min(5.0, delay * 2)
            if self._stopping:
                raise ConnectionError("stopping while a fault lasts; the broker keeps the batch")

    def _back_off(self, seconds: float) -> None:
        """Wait, with heartbeats to the broker; what it delivers meanwhile waits behind the batch."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with suppress(TimeoutError):
                self._connection.drain_events(timeout=min(left, 1.0))
            self._connection.heartbeat_check()

    def _spawn(self, events: list[dict]) -> Exception | None:
        outcome = green.Event()

        def finish(_worker_ctx, result, exc_info):
            outcome.send(exc_info and exc_info[1])
            return result, exc_info

        try:
            self.container.spawn_worker(self, (events,), {}, context_data={"arguments": {}}, handle_result=finish)
        except ContainerBeingKilled as error:
            raise ConnectionError("the process is ending; the broker keeps the batch") from error
        return outcome.wait()

    def _park(self, message, reason: str) -> None:
        """Park a message with its reason: confirmed there first, acknowledged here after."""
        log.error("event parked", queue=self.queue_name, reason=reason, message_id=message.properties.get("message_id"))
        park(self.container.config["AMQP_URI"], self.queue_name, message, reason)
        failpoint("listen.after_park")
        message.channel.basic_ack(message.delivery_tag, multiple=False)
        PARKED.labels(self.queue_name).inc()


def _deliveries(message) -> int:
    count = (message.headers or {}).get("x-delivery-count")
    return count if isinstance(count, int) else 0


def read_event(message) -> tuple[dict | None, str | None]:
    """The event of a message and None; or, perhaps with None, why it cannot be used."""
    body = message.body
    raw = body.encode() if isinstance(body, str) else bytes(body)
    if len(raw) > MAX_BYTES:
        return None, f"larger than {MAX_BYTES} bytes"
    if message.content_type not in (CONTENT_TYPE, JSON):
        return None, f"not JSON but {message.content_type}"[:500]
    try:
        event = event_of(decoded(raw))
        _envelope.load(event)
    except (ValueError, RecursionError, ValidationError) as error:
        return None, f"not an event: {error}"[:500]
    return event, origin_fault(message, event)


def listen(queue: str, sources: dict[str, list[str]], *, batch: int = BATCH):
    """Make a method the handler of events: `sources` maps a service to the routing keys wanted ("#": all).

    The method gets a list of events that this queue has not applied before, and changes through `self.session`; inbox
    rows and effects are committed together when it returns. It must not commit by itself. It gets `batch` events at
    most: few where it locks what others wait for, more where it locks what nobody else writes.
    """
    sequence_check = SequenceCheck(queue, sources)

    def decorate(method):
        @functools.wraps(method)
        def handler(self, events):
            trace = trace_of_call(events[0])
            bind_request(events[0]["cause"], trace)
            with handled(queue, events, trace):
                fresh = _record_in_inbox(self.session, queue, events)
                if fresh:
                    method(self, fresh)
                self.session.flush()
                failpoint("listen.before_commit")
                self.session.commit()
            sequence_check.check(fresh)
            failpoint("listen.after_commit")

        return Listener.decorator(queue, sources, batch)(handler)

    return decorate


def _record_in_inbox(session, consumer: str, events: list[dict]) -> list[dict]:
    """Record `events` in the inbox; returns those that `consumer` has not applied yet, each once, in their order."""
    new = session.scalars(RECEIVE, {"consumer": consumer, "ids": [event["id"] for event in events]}).all()
    unseen = {str(event_id) for event_id in new}
    fresh = []
    for event in events:
        if event["id"] in unseen:
            unseen.discard(event["id"])
            fresh.append(event)
    return fresh
