"""The parking lot: messages that a listener could not use, to be inspected, replayed or dropped for good.

    python -m chassis.events.parking_lot list QUEUE…      python -m chassis.events.parking_lot replay QUEUE ID|all
    python -m chassis.events.parking_lot show QUEUE ID    python -m chassis.events.parking_lot drop QUEUE ID

QUEUE is the listener's own queue; ID a message's id as `list` prints it. Reads COMMERCE_AMQP_URI. What was replayed or
dropped, and by whom, is a log record on stderr each; `./dev parked` keeps them in .local/logs/parked.log.
"""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kombu import Connection, Exchange, Producer, Queue

from chassis import green
from chassis.bus.address import connect
from chassis.logs import configure_logging, get_logger
from chassis.settings import read_settings

PARKING_QUEUE = {"x-queue-type": "quorum"}
CONFIRM_SECONDS = 10

log = get_logger(__name__)


@dataclass(frozen=True)
class ParkedMessage:
    """A parked message: `id` is its event's (or "?3" for the third that has none), `reason` why it was parked."""

    id: str
    type: str
    reason: str
    body: str


def parking_queue(name: str) -> Queue:
    """The parking queue of the listener `service.what`, by an exchange of its service's own: the default one, which
    reaches every queue, is closed to services."""
    exchange = Exchange(f"{name.partition('.')[0]}.parking", type="direct", durable=True, no_declare=True)
    key = f"{name}.parked"
    return Queue(key, exchange, routing_key=key, durable=True, queue_arguments=PARKING_QUEUE, no_declare=True)


def park(uri: str, queue: str, message, reason: str) -> None:
    """Park a message of `queue` with its reason; returns once the broker has confirmed it, else
    ConnectionError."""
    headers, parking = message.headers or {}, parking_queue(queue)
    unconfirmed, confirming = ConnectionError("the broker does not confirm what is parked"), {"confirm_publish": True}
    with (
        green.Timeout(CONFIRM_SECONDS, unconfirmed),
        connect(uri, connect_timeout=3, transport_options=confirming) as connection,
    ):
        Producer(connection.default_channel).publish(
            message.body,
            routing_key=parking.routing_key,
            exchange=parking.exchange,
            serializer=None,
            content_type=message.content_type,
            content_encoding=message.content_encoding,
            delivery_mode=2,
            mandatory=True,
            headers={
                "reason": reason,
                "queue": queue,
                "type": str(headers.get("type") or message.delivery_info.get("routing_key")),
            },
            message_id=message.properties.get("message_id"),
        )


def parked(uri: str, queue: str, most: int | None = None) -> list[ParkedMessage]:
    """The parked messages of `queue`, the first `most` or all, in the order in which they were parked; all of them stay."""
    with _unacknowledged(uri, queue, most) as (_, messages):
        return [one for one, _ in messages]


def replay(uri: str, queue: str, wanted: str) -> list[ParkedMessage]:
    """Send the message `wanted`, or "all", to its listener again, at the queue's end; returns those that went.

    Each is confirmed there before it leaves the parking queue: a kill in between makes a double, which the inbox drops.
    It goes by the exchange of the service's parking: the service itself may replay, and may write to no other.
    """
    back = parking_queue(queue).exchange

    def send(producer: Producer, message) -> None:
        producer.channel.queue_bind(queue, back.name, routing_key=queue)
        producer.publish(
            message.body,
            routing_key=queue,
            exchange=back,
            serializer=None,
            content_type=message.content_type,
            content_encoding=message.content_encoding,
            delivery_mode=2,
            mandatory=True,
            headers={"type": (message.headers or {}).get("type")},
            message_id=message.properties.get("message_id"),
        )

    return _settle(uri, queue, wanted, send)


def drop(uri: str, queue: str, wanted: str) -> list[ParkedMessage]:
    """Give the message `wanted` up for good; returns what was dropped. The event stays in its service's outbox."""
    return _settle(uri, queue, wanted, lambda _producer, _message: None)


def _settle(uri: str, queue: str, wanted: str, act) -> list[ParkedMessage]:
    settled = []
    with _unacknowledged(uri, queue) as (connection, messages):
        producer = Producer(connection.default_channel)
        for one, message in messages:
            if wanted in (one.id, "all"):
                act(producer, message)
                message.ack()
                settled.append(one)
    return settled


@contextmanager
def _unacknowledged(
    uri: str, queue: str, most: int | None = None
) -> Iterator[tuple[Connection, list[tuple[ParkedMessage, object]]]]:
    """The first `most` parked of `queue`, or all, not acknowledged yet: what is not by the end of the block goes back."""
    with connect(uri, connect_timeout=3, transport_options={"confirm_publish": True}) as connection:
        bound = parking_queue(queue)(connection.default_channel)
        messages = []
        while len(messages) != most and (message := bound.get(no_ack=False, accept=None)) is not None:
            messages.append((_describe(message, len(messages) + 1), message))
        yield connection, messages


def _describe(message, place: int) -> ParkedMessage:
    headers = message.headers or {}
    body = message.body if isinstance(message.body, str) else bytes(message.body).decode("utf-8", "replace")
    known = message.properties.get("message_id") or f"?{place}"
    return ParkedMessage(known, str(headers.get("type")), str(headers.get("reason")), body)


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def main(arguments: list[str], uri: str) -> int:
    """One command; returns the exit code: 1 when there is no such message, 2 for a command that is not understood."""
    match arguments:
        case ["list", *queues]:
            for queue in queues:
                for one in parked(uri, queue):
                    print(f"{queue}  {one.id}  {one.type}  {one.reason}")
            return 0
        case ["show", queue, wanted]:
            found = [one for one in parked(uri, queue) if one.id == wanted]
            print(*(f"{one.type}: {one.reason}\n{_pretty(one.body)}" for one in found), sep="\n")
            return 0 if found else 1
        case ["replay" | "drop" as act, queue, wanted]:
            settled = (replay if act == "replay" else drop)(uri, queue, wanted)
            for one in settled:
                log.warning(
                    f"parked event: {act}",
                    queue=queue,
                    message_id=one.id,
                    type=one.type,
                    reason=one.reason,
                    by=getpass.getuser(),
                )
                print(f"{act}: {one.id}  {one.type}  {one.reason}")
            return 0 if settled else 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    configure_logging("parked", stream=sys.stderr)
    sys.exit(main(sys.argv[1:], read_settings().amqp_uri))
