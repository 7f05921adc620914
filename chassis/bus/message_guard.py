"""Message guard: checks a message before it is read. Nothing that its sender wrote beside the body is obeyed.

kombu unpacks a body by a header of the sender's before it hands it over, however much comes out of it, and raises for a
packing that it does not know, which would end the thread that listens. Here a body stays as it came.
"""

import kombu
from kombu.utils import json as kombus_json

from chassis.logs import get_logger
from chassis.wire import decoded

JSON = "application/json"
MAX_CALL = 16 * 1024 * 1024
EVENTS = ".events"

log = get_logger(__name__)

# kombu's own reader calls a function for each object, which makes what the sender names of it: a time, a UUID, bytes.
kombu.serialization.register("json", kombus_json.dumps, decoded, content_type=JSON, content_encoding="utf-8")


class MessageGuard(kombu.Consumer):
    """A consumer that unpacks nothing, and gives up whatever is larger than `limit` without reading it."""

    limit: int | None = None

    def _receive_callback(self, message):
        (message.headers or {}).pop("compression", None)
        if self.limit is not None and len(message.body) > self.limit:
            log.error(
                "message refused",
                reason=f"larger than {self.limit} bytes",
                key=message.delivery_info.get("routing_key"),
            )
            if not self.no_ack:
                self.channel.basic_ack(message.delivery_tag)
            return
        super()._receive_callback(message)


class CallGuard(MessageGuard):
    """The guard of calls and their answers."""

    limit = MAX_CALL


def origin_fault(message, event: dict) -> str | None:
    """Why an event is not of its `source`: only its service may write to its exchange, and does so under its type.

    One that comes by another way was put back by hand, after somebody had looked at it.
    """
    exchange, key = (message.delivery_info or {}).get("exchange") or "", message.delivery_info.get("routing_key")
    if not exchange.endswith(EVENTS):
        return None
    if event["source"] != f"services/{exchange.removesuffix(EVENTS)}":
        return f"it says that it is from {event['source']}, and came through {exchange}"[:500]
    return None if event["type"] == key else f"it says that it is {event['type']}, and came as {key}"[:500]
