"""A fake service: takes the calls of a service and answers them late, with garbage or never."""

import threading
import time
from collections.abc import Callable

from amqp.exceptions import AMQPError
from kombu import Connection, Producer

from chassis.bus.topology import answers_to, call_queue

# Bodies that are no answer, by what is wrong with them.
GARBAGE = {
    "no JSON": b"\x00\xff{{{",
    "a list": b"[1, 2]",
    "a number": b"17",
    "null": b"null",
    "a result that is text": b'{"result": "fine"}',
    "no data": b'{"result": {"date": 1}}',
    "a problem that is none": b'{"result": {"problem": "nonsense"}}',
    "a problem without a code": b'{"result": {"problem": {}}}',
    "a problem that nobody knows": b'{"result": {"problem": {"code": "made-up"}}}',
    "a problem with odd members": b'{"result": {"problem": {"code": "forbidden", "extra": [1]}}}',
}


class FakeService:
    """Takes the calls to `service` from its queue inside a `with` block. `answer(message)` gives the body to send back, or
    None for none.

    Each answer leaves `delay` seconds after its call came. `taken` holds the routing keys of all calls, in order.
    """

    def __init__(self, amqp_uri: str, service: str, answer: Callable[[object], bytes | None], delay: float = 0.0):
        self._connection = Connection(amqp_uri)
        self._queue, self._answer, self._delay = call_queue(service), answer, delay
        self._due: list[tuple[float, bytes, str, dict]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.taken: list[str] = []

    def __enter__(self):
        channel = self._connection.channel()
        self._producer = Producer(channel, auto_declare=False)
        self._connection.Consumer([self._queue], on_message=self._receive, accept=None, channel=channel).consume()
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._ended.set()
        self._thread.join()
        self._connection.release()

    def _receive(self, message) -> None:
        message.ack()
        self.taken.append(message.delivery_info["routing_key"])
        body = self._answer(message)
        if body is not None:
            way_back = answers_to(message.delivery_info["exchange"])
            self._due.append((time.monotonic() + self._delay, body, way_back, message.properties))

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._connection.drain_events(timeout=0.02)
            except TimeoutError:
                pass
            except (AMQPError, OSError):
                return
            self._send_due()

    def _send_due(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic():
            _, body, way_back, properties = self._due.pop(0)
            self._producer.publish(
                body,
                exchange=way_back,
                routing_key=properties["reply_to"],
                correlation_id=properties["correlation_id"],
                content_type="application/json",
                content_encoding="utf-8",
                serializer=None,
            )
