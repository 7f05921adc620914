"""A raw AMQP client: any message, with any headers, to any exchange, as an intruder would send it."""

import json
import uuid
from collections.abc import Callable

from amqp import Message
from kombu import Connection, Exchange, Queue

from chassis.bus.topology import GATEWAY_ANSWERS, GATEWAY_CALLS
from chassis.context import HEADER
from chassis.testing.plugin import wait_until

Sign = Callable[[str, str], str]
"""What makes the context of a call: of its target and its body."""


class RawBus:
    """One connection with a queue for answers."""

    def __init__(self, uri: str):
        self._connection = Connection(uri, connect_timeout=5)
        self._channel, self._key = self._connection.channel(), uuid.uuid4().hex
        self._answers = Queue(
            f"raw-{self._key}", Exchange(GATEWAY_ANSWERS, no_declare=True), routing_key=self._key, exclusive=True
        )(self._channel)
        self._answers.declare()

    def publish(
        self,
        body: bytes | str,
        exchange: str,
        key: str,
        headers: dict | None = None,
        kind: str = "application/json",
        **properties,
    ) -> None:
        """Publish exactly this."""
        message = Message(
            body, content_type=kind, content_encoding="utf-8", application_headers=headers or {}, **properties
        )
        self._channel.basic_publish(message, exchange=exchange, routing_key=key)

    def call(
        self, rpc: str, arguments: dict | None = None, headers: dict | None = None, sign: Sign | None = None
    ) -> str:
        """Call an RPC method, with the context that `sign` makes for it; the correlation id under which `answers` finds
        the reply."""
        wanted = uuid.uuid4().hex
        body = json.dumps({"args": [], "kwargs": arguments or {}})
        context = {HEADER: sign(rpc, body)} if sign else {}
        self.publish(
            body, GATEWAY_CALLS, rpc, {**(headers or {}), **context}, reply_to=self._key, correlation_id=wanted
        )
        return wanted

    def answers(self, *wanted: str) -> list[dict]:
        """What was answered to these calls."""
        found: dict[str, dict] = {}

        def all_arrived() -> bool:
            while (message := self._answers.get(no_ack=True)) is not None:
                found[message.properties["correlation_id"]] = json.loads(message.body)["result"]
            return set(wanted) <= set(found)

        wait_until(all_arrived, f"{len(wanted)} answers", seconds=30)
        return [found[one] for one in wanted]

    def call_and_wait(self, rpc: str, arguments: dict | None = None, **more) -> dict:
        """Call an RPC method and wait: `{"data"}` or `{"problem"}`."""
        return self.answers(self.call(rpc, arguments, **more))[0]

    def close(self) -> None:
        """Leave; the queue goes along."""
        self._connection.release()
