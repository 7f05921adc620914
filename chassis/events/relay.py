"""The relay: publishes committed outbox rows, in order, and skips nothing.

One is active for each database, by an advisory lock; the other replicas' relays stand by. A nack, a return or a timeout
stops the batch at that row, and the next try begins there. Woken by NOTIFY, polling every POLL_SECONDS as the net.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile

from amqp import Message
from amqp.method_framing import frame_writer
from kombu import Exchange
from nameko.extensions import DependencyProvider
from prometheus_client import Counter, Gauge
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

from chassis import green
from chassis.bus.address import BROKER_ERRORS, connect
from chassis.db.engine import lock_connection, make_engine
from chassis.db.faults import DATABASE_ERRORS, first_line
from chassis.db.tables import outbox
from chassis.events.event import CONTENT_TYPE, message_bytes, message_of
from chassis.events.event_spans import record_published
from chassis.failpoints import failpoint
from chassis.logs import get_logger

RELAY_LOCK = 0x52454C59
POSITION_LOCK = 0x504F5349
BATCH = 300
SENT_TOGETHER = 64 * 1024  # bytes
CONFIRM_SECONDS = 5
BLOCKED_SECONDS = 60  # while the broker takes nothing: publishing again would only wait behind what was published
STANDBY_SECONDS = 1.0
POLL_SECONDS = 5.0
LONGEST_DELAY = 2.0

# Positions are given in the order in which they become visible: whoever has read up to one has missed nothing before it.
# The rows keep the order of the array, and each is numbered once.
MARK_PUBLISHED = text("""
    WITH numbered AS MATERIALIZED (
      SELECT id, nextval('outbox_position') AS position FROM unnest(CAST(:ids AS bigint[])) AS confirmed (id))
    UPDATE outbox SET published_at = statement_timestamp(), position = numbered.position FROM numbered
    WHERE outbox.id = numbered.id AND outbox.recorded_at BETWEEN :first AND :last AND outbox.published_at IS NULL
""")

PUBLISHED = Counter("commerce_outbox_published_total", "Events that the broker has confirmed")
LEADS = Gauge("commerce_relay_leader", "Whether this process' relay is the one that publishes", ["exchange"])
WAITING = Gauge("commerce_outbox_waiting", "Events of the last batch that wait for another try")

log = get_logger(__name__)


class Undelivered(Exception):
    """The broker did not confirm every message of a batch; `confirmed` of them, from the first on, it did."""

    def __init__(self, confirmed: int, reason: str):
        super().__init__(reason)
        self.confirmed = confirmed


def events_exchange(service: str) -> Exchange:
    """The topic exchange on which `service` publishes its events; it is there before any process."""
    return Exchange(f"{service}.events", type="topic", durable=True, no_declare=True)


class GatheringTransport:
    """A connection's transport that sends at once, but for a batch: what is written within `gathered` leaves together."""

    def __init__(self, transport):
        self._transport, self._held = transport, None

    def write(self, data) -> None:
        """Send `data`, or hold it until its batch leaves."""
        if self._held is None:
            self._transport.write(data)
        else:
            self._held += data
            if len(self._held) > SENT_TOGETHER:
                self._send()

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Hold what is written in this block, SENT_TOGETHER bytes at most."""
        self._held = bytearray()
        try:
            yield
            self._send()
        finally:
            self._held = None

    def _send(self) -> None:
        sent, self._held = self._held, bytearray()
        self._transport.write(sent)


class ConfirmingPublisher:
    """Publishes batches with publisher confirms: it knows how many messages, from the first on, the broker has.

    They go to the exchange of `service` under their types, or past all exchanges into one `queue`.
    """

    def __init__(
        self, uri: str, service: str = "", *, queue: str | None = None, confirm_seconds: float = CONFIRM_SECONDS
    ):
        self._timeout = confirm_seconds
        callbacks = {
            "on_blocked": lambda _reason: self._set_timeout(BLOCKED_SECONDS),
            "on_unblocked": lambda: self._set_timeout(confirm_seconds),
            "frame_writer": self._gathering_writer,
        }
        self._connection = connect(uri, connect_timeout=CONFIRM_SECONDS, transport_options=callbacks)
        self._channel = self._connection.default_channel
        self._channel.confirm_select()
        self._exchange, self._queue = "" if queue else events_exchange(service).name, queue
        self._sent = 0
        self._unconfirmed: dict[int, str] = {}
        self._refused: set[str] = set()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)

    def _gathering_writer(self, connection, transport):
        self._transport = GatheringTransport(transport)
        return frame_writer(connection, self._transport)

    def publish(self, messages: list[dict]) -> None:
        """Publish `messages` persistent and mandatory and wait for all confirms; raises Undelivered at the first that
        the broker did not take."""
        self._refused.clear()
        self._unconfirmed.clear()
        first = self._sent + 1
        with self._transport.gathered():
            for message in messages:
                self._sent += 1
                self._unconfirmed[self._sent] = message["id"]
                key = self._queue or message["type"]
                self._channel._basic_publish(_amqp_message(message), self._exchange, key, mandatory=True)
        failpoint("relay.after_publish")
        self._await_confirms()
        for position, message in enumerate(messages):
            if message["id"] in self._refused or first + position in self._unconfirmed:
                raise Undelivered(
                    position, "returned or refused" if message["id"] in self._refused else "not confirmed"
                )

    def _await_confirms(self) -> None:
        self._set_timeout(self._timeout)
        while self._unconfirmed and time.monotonic() < self._end:
            try:
                self._connection.drain_events(timeout=max(0.01, self._end - time.monotonic()))
            except TimeoutError:
                return

    def _set_timeout(self, seconds: float) -> None:
        self._timeout, self._end = seconds, time.monotonic() + seconds

    def _on_ack(self, tag: int, multiple: bool) -> None:
        for confirmed in self._meant(tag, multiple):
            del self._unconfirmed[confirmed]

    def _on_nack(self, tag: int, multiple: bool) -> None:
        for refused in self._meant(tag, multiple):
            self._refused.add(self._unconfirmed.pop(refused))

    def _meant(self, tag: int, multiple: bool) -> list[int]:
        """Which of the unconfirmed tags the broker's word about `tag` is about."""
        if multiple:
            return list(takewhile(lambda one: one <= tag, self._unconfirmed))
        return [tag] if tag in self._unconfirmed else []

    def _on_return(self, _exception, _exchange, _routing_key, message) -> None:
        self._refused.add(message.properties["message_id"])

    def close(self) -> None:
        """Close the connection without waiting for the broker."""
        self._connection.collect()


def _amqp_message(message: dict) -> Message:
    return Message(
        message_bytes(message),
        content_type=CONTENT_TYPE,
        content_encoding="utf-8",
        delivery_mode=2,
        message_id=message["id"],
        type=message["type"],
    )


class Relay(DependencyProvider):
    """Runs in each replica of a service that publishes; its dependency is nothing."""

    def setup(self):
        settings = self.container.config["settings"]
        self._engine = make_engine(settings.require("database_url"), pool_size=2)
        self._leads = LEADS.labels(events_exchange(self.container.service_name).name)
        self._stopping = False

    def start(self):
        self._thread = self.container.spawn_managed_thread(self._run, identifier="relay")

    def stop(self):
        self._stopping = True
        self._thread.kill()
        self._engine.dispose()

    def get_dependency(self, worker_ctx):
        return None

    def _run(self) -> None:
        delay = 0.2
        while not self._stopping:
            try:
                self._run_as_leader()
                delay = 0.2
            except (*DATABASE_ERRORS, *BROKER_ERRORS, Undelivered) as error:
                log.warning("relay waits and tries again", error=first_line(error), retry_in=delay)
                time.sleep(delay)
                delay = min(LONGEST_DELAY, delay * 2)

    def _run_as_leader(self) -> None:
        """Hold the lock, or stand by for it; then publish batches until something fails."""
        with lock_connection(self._engine) as lock:
            while not lock.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": RELAY_LOCK}).scalar_one():
                time.sleep(STANDBY_SECONDS)
            lock.execute(text("SELECT ensure_outbox_partitions()"))
            lock.execute(text("LISTEN outbox"))
            publisher = ConfirmingPublisher(self.container.config["AMQP_URI"], self.container.service_name)
            self._leads.set(1)
            try:
                while not self._stopping:
                    if publish_batch(self._engine, publisher) < BATCH:
                        self._await_notify(lock)
            finally:
                self._leads.set(0)
                publisher.close()

    @staticmethod
    def _await_notify(lock) -> None:
        """Wait for a NOTIFY, POLL_SECONDS at most; also finds out that the lock's connection has died."""
        connection = lock.connection.dbapi_connection
        green.wait_readable(connection.fileno(), POLL_SECONDS)
        lock.execute(text("SELECT 1"))
        connection.notifies.clear()


def publish_batch(engine: Engine, publisher: ConfirmingPublisher) -> int:
    """Publish the oldest unpublished rows and mark them; returns how many. Raises Undelivered after marking those
    confirmed."""
    columns = select(outbox.c.id, outbox.c.recorded_at, outbox.c.body, outbox.c.personal)
    with engine.begin() as connection:
        rows = connection.execute(
            columns.where(outbox.c.published_at.is_(None)).order_by(outbox.c.id).limit(BATCH)
        ).all()
    if not rows:
        WAITING.set(0)
        return 0
    failpoint("relay.before_publish")
    try:
        publisher.publish([message_of(row.body, row.personal) for row in rows])
    except Undelivered as failure:
        WAITING.set(len(rows) - failure.confirmed)
        _mark_published(engine, rows[: failure.confirmed])
        raise
    _mark_published(engine, rows)
    failpoint("relay.after_mark")
    return len(rows)


def _mark_published(engine: Engine, rows) -> None:
    if not rows:
        return
    with engine.begin() as connection:
        times = [row.recorded_at for row in rows]
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSITION_LOCK})
        connection.execute(MARK_PUBLISHED, {"ids": [row.id for row in rows], "first": min(times), "last": max(times)})
    PUBLISHED.inc(len(rows))
    record_published(rows)
