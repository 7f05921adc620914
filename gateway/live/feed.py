"""The feed: brings the events of all services to the hub of this process, and what processes tell each other of colleagues.

Each process has a queue of its own that lives as long as its connection: each gets everything, and nothing waits for one
that is gone. What happens while the broker is away is not told; the pages read anew when it is back.
"""

import time
import uuid

from amqp import Message
from kombu import Connection, Queue
from nameko.extensions import DependencyProvider

from chassis.bus.address import connect
from chassis.bus.connection import BROKER_ERRORS, HEARTBEAT_SECONDS
from chassis.bus.message_guard import EVENTS, JSON, MessageGuard
from chassis.bus.topology import GATEWAY_PRESENCE
from chassis.events.listener import read_event
from chassis.logs import get_logger
from chassis.wire import decoded, encoded
from gateway.live.hub import Hub

SOURCES = ("clients", "billing", "support", "webhooks")
QUEUE = "gateway.live-"
QUEUE_ARGUMENTS = {"x-max-length": 10_000}  # what is oldest goes: whoever publishes waits for nobody here
TICK_SECONDS = 0.25
RETRY_SECONDS = 2.0

log = get_logger(__name__)


class Live(DependencyProvider):
    """`self.live`: the hub of this process, fed by one green thread with a connection of its own."""

    def setup(self):
        instance = self.container.config["settings"].instance
        self.hub, self._stopping = Hub(str(uuid.uuid4()), instance), False

    def start(self):
        self._thread = self.container.spawn_managed_thread(self._run, identifier="live")

    def get_dependency(self, worker_ctx):
        return self.hub

    def stop(self):
        self._stopping = True
        self.hub.end()
        self._thread.wait()

    def _run(self) -> None:
        while not self._stopping:
            connection = connect(self.container.config["AMQP_URI"], connect_timeout=3, heartbeat=HEARTBEAT_SECONDS)
            try:
                self._feed(connection)
            except BROKER_ERRORS as error:
                log.warning("live pages wait for the broker", error=str(error))
                self.hub.starve()
                time.sleep(RETRY_SECONDS)
            finally:
                connection.collect()

    def _feed(self, connection: Connection) -> None:
        channel = connection.default_channel
        queue = Queue(
            f"{QUEUE}{uuid.uuid4()}", exclusive=True, auto_delete=True, durable=False, queue_arguments=QUEUE_ARGUMENTS
        )(channel)
        queue.queue_declare()
        for service in SOURCES:
            queue.bind_to(f"{service}{EVENTS}", routing_key="#")
        queue.bind_to(GATEWAY_PRESENCE)
        MessageGuard(channel, [queue], on_message=self._receive, auto_declare=False, no_ack=True, accept=None).consume()
        self.hub.feed()
        while not self._stopping:
            try:
                connection.drain_events(timeout=TICK_SECONDS)
            except TimeoutError:
                connection.heartbeat_check()
            message = self.hub.tick()
            if message is not None:
                _publish(channel, message)
        _publish(channel, self.hub.goodbye())

    def _receive(self, message) -> None:
        """Hand a message to the hub; one that cannot be read changes nothing here."""
        try:
            if message.delivery_info["exchange"] == GATEWAY_PRESENCE:
                self.hub.receive_presence(decoded(message.body))
                return
            event, fault = read_event(message)
            if fault is not None:
                raise ValueError(fault)
            self.hub.receive(event)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            log.warning("live pages are not told", reason=type(error).__name__)


def _publish(channel, message: dict) -> None:
    """Tell all processes of the gateway, this one too."""
    channel.basic_publish(Message(encoded(message), content_type=JSON, delivery_mode=1), GATEWAY_PRESENCE)
