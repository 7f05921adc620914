"""Connections to the broker: one that publishes transient messages for all green threads, and the queue consumer's.

Calls and their replies are transient: a lost one ends by its deadline, and the idempotency key makes the retry safe.
Events do not go this way; the relay publishes them persistent and confirmed.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock

from amqp import Message
from kombu import Connection
from nameko.messaging import QueueConsumer

from chassis import green
from chassis.bus.address import BROKER_ERRORS, connect
from chassis.bus.message_guard import MAX_CALL, CallGuard
from chassis.logs import get_logger

CONNECT_SECONDS = 2
HEARTBEAT_SECONDS = 15  # an end that is gone is noticed after two of them
DRAIN_INTERVAL = 0.2  # how soon a stopping consumer notices
RETRY_SECONDS = 0.5
READER_ERRORS = (*BROKER_ERRORS, RuntimeError)  # by which eventlet refuses a second reader of a socket

log = get_logger(__name__)


class BusUnavailable(Exception):
    """The broker cannot be reached, or does not take messages."""


class Publisher:
    """Publishes to the broker and notices by itself when the connection has died, or the broker takes nothing for now.

    `refused(correlation_id, reason)` is called for each mandatory message that no queue wanted and for each that a full
    queue did not take, by a confirm of the broker that nobody waits for. Its reason is None where the broker stopped
    reading before it confirmed or refused the message.
    """

    def __init__(self, uri: str, refused: Callable[[str, str | None], None] | None = None):
        self._uri, self._lock, self._refused = uri, Lock(), refused
        self._connection: Connection | None = None
        self._channel = self._reader = None
        self._blocked = False
        self._sent, self._unconfirmed = 0, {}

    def publish(
        self,
        body: str | bytes,
        exchange: str,
        routing_key: str,
        *,
        seconds: float = CONNECT_SECONDS,
        mandatory: bool = False,
        **properties,
    ) -> None:
        """Send `body`, JSON as `chassis.wire` writes it. Raises BusUnavailable when that did not work within `seconds`."""
        if len(body) > MAX_CALL:
            raise BusUnavailable("it is more than one message carries")
        message = Message(
            body, content_type="application/json", content_encoding="utf-8", delivery_mode=1, **properties
        )
        if self._blocked:
            raise BusUnavailable("the broker has no memory or disk left, and takes no messages")
        try:
            with green.Timeout(seconds, BusUnavailable("the broker does not answer")), self._lock:
                channel = self._open()
                if self._refused is not None:
                    self._sent += 1
                    self._unconfirmed[self._sent] = properties["correlation_id"]
                channel.basic_publish(message, exchange, routing_key, mandatory=mandatory)
        except BROKER_ERRORS as error:
            self.close()
            raise BusUnavailable("the broker cannot be reached") from error
        except BusUnavailable:
            self.close()
            raise

    def _open(self):
        """The channel to publish on; everything that reads an answer of the broker happens before the reader starts."""
        if self._connection is None:
            callbacks = {"on_blocked": partial(self._block, True), "on_unblocked": partial(self._block, False)}
            connection = connect(
                self._uri, connect_timeout=CONNECT_SECONDS, heartbeat=HEARTBEAT_SECONDS, transport_options=callbacks
            )
            self._channel = connection.default_channel
            # By these py-amqp would read before it publishes, and over TLS a socket has one reader.
            connection.connection.client_properties = {}
            if self._refused is not None:
                self._subscribe_to_refusals(self._channel)
            self._connection, self._blocked = connection, False
            self._reader = green.spawn(self._read, connection)
        return self._channel

    def _subscribe_to_refusals(self, channel) -> None:
        self._sent, self._unconfirmed = 0, {}
        channel.confirm_select()
        channel.events["basic_return"].add(self._handle_return)
        channel.events["basic_ack"].add(self._confirmed)
        channel.events["basic_nack"].add(self._handle_nack)

    def _read(self, connection: Connection) -> None:
        """Read from the broker on this connection; when it ends, the next publish opens another."""
        try:
            while self._connection is connection:
                with suppress(TimeoutError):
                    connection.drain_events(timeout=1)
                with self._lock:
                    connection.heartbeat_check()
        except READER_ERRORS:
            if self._connection is connection:
                self._connection, self._blocked = None, False
                log.warning("publishing connection lost")
            connection.collect()

    def _block(self, blocked: bool, *_reason) -> None:
        self._blocked = blocked
        log.warning("the broker takes no messages" if blocked else "the broker takes messages again")
        if blocked and self._unconfirmed:
            for correlation_id in self._confirmed(self._sent, multiple=True):
                self._refused(correlation_id, None)

    def _handle_return(self, _exception, _exchange, _routing_key, message) -> None:
        self._refused(message.properties.get("correlation_id"), "The service is not there.")

    def _handle_nack(self, tag: int, multiple: bool) -> None:
        for correlation_id in self._confirmed(tag, multiple):
            self._refused(correlation_id, "The service has more waiting than it can take.")

    def _confirmed(self, tag: int, multiple: bool) -> list[str]:
        """Forget the messages that a confirm is about; their correlation ids."""
        about = [one for one in self._unconfirmed if one <= tag] if multiple else [tag]
        return [self._unconfirmed.pop(one) for one in about if one in self._unconfirmed]

    def close(self) -> None:
        """Give the connection up; the next publish opens a new one."""
        connection, self._connection, self._blocked = self._connection, None, False
        if connection is not None:
            self._reader.kill()
            connection.collect()


class Consumer(QueueConsumer):
    """Nameko's queue consumer, but back within two seconds of the broker's return, and there until the last call is
    answered. `consuming` is whether it consumes; a provider that is `unacknowledged` is handed messages that the broker has
    forgotten by then."""

    consuming = False

    @property
    def connection(self):
        return connect(self.amqp_uri, heartbeat=HEARTBEAT_SECONDS)

    def establish_connection(self):
        return _RetriedConnection(self.create_connection(), self.on_connection_error)

    def get_consumers(self, consumer_cls, channel):
        super().get_consumers(partial(CallGuard, *consumer_cls.args, **consumer_cls.keywords), channel)
        for provider, consumer in self._consumers.items():
            consumer.no_ack = getattr(provider, "unacknowledged", False)
        return self._consumers.values()

    def ack_message(self, message):
        with suppress(*BROKER_ERRORS):  # of a connection that has just ended; the broker gives the message out again
            super().ack_message(message)

    def requeue_message(self, message):
        with suppress(*BROKER_ERRORS):
            super().requeue_message(message)

    def on_iteration(self):
        """Stop once nothing is consumed any more, and what was is acknowledged: the broker would give it to another."""
        self._cancel_consumers_if_requested()
        self.should_stop = self.should_stop or not self._consumers and not self.container._worker_threads

    def on_decode_error(self, message, exc):
        log.error(
            "message refused", reason=f"not JSON: {type(exc).__name__}", key=message.delivery_info.get("routing_key")
        )
        message.ack()

    def on_consume_ready(self, connection, channel, consumers, **kwargs):
        super().on_consume_ready(connection, channel, consumers, **kwargs)
        self.consuming = True

    def on_connection_error(self, exc, interval):
        self.consuming = False
        self._let_go()
        if self.should_stop:
            raise ConnectionError("stopping while the broker is away")
        log.warning("waiting for the broker", error=str(exc), retry_in=interval)

    def on_connection_revived(self):
        self.consuming = False
        return super().on_connection_revived()

    def _let_go(self) -> None:
        """Let the providers go that want to: where there is no connection, nothing is cancelled."""
        removed, self._pending_remove_providers = self._pending_remove_providers, {}
        for provider, event in removed.items():
            self._consumers.pop(provider, None)
            event.send()
        self.should_stop = self.should_stop or bool(removed) and not self._consumers

    def run(self, **kwargs):
        while not self.should_stop:
            try:
                super().run(safety_interval=DRAIN_INTERVAL, **kwargs)
            except BROKER_ERRORS as error:  # kombu's own mixin knows those of the protocol alone
                log.warning("the broker was lost", error=str(error))
                time.sleep(RETRY_SECONDS)
            finally:
                self.consuming = False


class _RetriedConnection:
    """A connection that is waited for as long as it takes, trying every 0.2 to 2 seconds."""

    def __init__(self, connection: Connection, on_error):
        self._connection, self._on_error = connection, on_error

    def __enter__(self):
        self._connection.ensure_connection(self._on_error, None, interval_start=0.2, interval_step=0.4, interval_max=2)
        return self._connection

    def __exit__(self, exc_type, *exc_info):
        if exc_type is not None:  # closing would wait for an answer that may never come
            self._connection.collect()
        self._connection.release()
