"""For tests of subscribers: events made up, and a broker that is none. Waits for another try pass at once.

broker = FakeBroker()
broker.publish(make_event(ClientCreated, facts={"currency": "EUR"}, personal={"email": "ada@example.com"}))
broker.deliver(welcome)
"""

import json
import types
import typing
import uuid
from collections import defaultdict
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from commerce_events.event import Event
from commerce_events.handling import REPLAY_ENDED, Handling, Message
from commerce_events.subscriber import Subscriber

BLANKS = {str: "", int: 0, bool: False, Decimal: "0.00"}


def make_event(
    kind: type[Event],
    *,
    facts: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
    subject: str | None = None,
    **attributes: Any,
) -> dict[str, Any]:
    """A message of the type `kind` about a client, `subject`. Facts that are not given are blank; `attributes` replace
    those of the message, such as `id` or `sequence`."""
    subject = subject or str(uuid.uuid4())
    declared = typing.get_type_hints(kind)["facts"]
    entity = {"type": kind.TYPE.partition(".")[0], "id": str(uuid.uuid4())}
    data = {
        "actor": {"kind": "system", "id": "test", "name": "Test"},
        "acting_as": None,
        "facts": {"entity": entity, "commitments": {}, **_blank(declared), **(facts or {})},
        "personal": {name: {"salt": "0" * 32, "value": value} for name, value in (personal or {}).items()},
        "changes": attributes.pop("changes", []),
    }
    message = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "type": kind.TYPE,
        "source": f"services/{kind.SERVICE}",
        "subject": subject,
        "time": datetime.now(UTC).isoformat(),
        "dataschema": f"urn:commerce:{kind.SERVICE}:{kind.TYPE}",
        "stream": subject,
        "sequence": 0,
        "data": data,
    }
    return {**message, **attributes}


def _blank(kind: Any) -> Any:
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        needed = [one.name for one in fields(kind) if one.default is MISSING]
        return {name: "EUR" if name == "currency" else _blank(hints[name]) for name in needed}
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType) or kind is Any:
        return None
    if list in (origin, kind):
        return []
    return {} if dict in (origin, kind) else BLANKS[kind]


class FakeBroker:
    """Keeps what is published until it is delivered; `parked` has (message, reason) of what no handler could use."""

    def __init__(self) -> None:
        self.parked: list[tuple[dict[str, Any], str]] = []
        self.waits: list[float] = []
        self._live: list[Message] = []
        self._history: list[Message] = []
        self._sequences: dict[tuple[str, str], int] = defaultdict(int)

    def publish(self, *messages: dict[str, Any]) -> None:
        """Publish messages, each with the next sequence of its stream where it has none."""
        self._live += [self._encoded(self._numbered(message)) for message in messages]

    def publish_raw(self, body: bytes) -> None:
        """Publish what is no event."""
        self._live.append(Message(body))

    def replay(self, *messages: dict[str, Any]) -> None:
        """Send messages as a replay does, and say that it has ended."""
        self._history += [self._encoded({**self._numbered(message), "replayed": True}) for message in messages]
        self._history.append(Message(b"{}", REPLAY_ENDED))

    def deliver(self, subscriber: Subscriber, times: int = 1) -> None:
        """Deliver all that was published, each message as often as `times`; first the replay, where one is wanted."""
        handling = Handling(subscriber, self._park, self.waits.append)
        if subscriber.replay:
            self._deliver(handling, self._history, times)
            self._history.clear()
        if handling.replay_ended:
            self._deliver(handling, self._live, times)
            self._live.clear()

    def _deliver(self, handling: Handling, messages: list[Message], times: int) -> None:
        for message in messages:
            for _ in range(times):
                handling.handle([message])

    def _numbered(self, message: dict[str, Any]) -> dict[str, Any]:
        stream = (message["source"], message["stream"])
        self._sequences[stream] = message["sequence"] or self._sequences[stream] + 1
        return {**message, "sequence": self._sequences[stream]}

    def _encoded(self, message: dict[str, Any]) -> Message:
        return Message(json.dumps(message).encode(), message["type"], message["id"])

    def _park(self, message: Message, reason: str) -> None:
        self.parked.append((_decoded(message.body), reason))


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
