"""Handmade events of the sample service: repeated, shuffled or poisonous, as a test wants them."""

import uuid

from chassis.events.relay import ConfirmingPublisher


def raised(stream: str, sequence: int, by: int = 1) -> dict:
    """`counter.raised.v1` as the sample's relay would send it."""
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "type": "counter.raised.v1",
        "source": "services/sample",
        "subject": stream,
        "time": "2026-11-22T17:02:03.004Z",
        "dataschema": "urn:commerce:sample:counter.raised.v1",
        "stream": stream,
        "sequence": sequence,
        "actor": {"kind": "system", "id": "sample", "name": "Sample"},
        "acting_as": None,
        "cause": str(uuid.uuid4()),
        "facts": {"by": by},
        "personal": {},
        "changes": [],
    }


def streams(number: int, length: int) -> list[dict]:
    """`number` streams of `length` events each, taking turns."""
    names = [str(uuid.uuid4()) for _ in range(number)]
    return [raised(name, sequence) for sequence in range(1, length + 1) for name in names]


def send(amqp_uri: str, events: list[dict]) -> None:
    """Put `events` on the sample's exchange in the order given, and wait until the broker has them."""
    publisher = ConfirmingPublisher(amqp_uri, "sample")
    for start in range(0, len(events), 50):
        publisher.publish(events[start : start + 50])
    publisher.close()


def in_order(events: list[dict]) -> dict[str, list[int]]:
    """What has to be applied of `events`: each stream's sequences, once, ascending."""
    return {
        stream: sorted({event["sequence"] for event in events if event["stream"] == stream})
        for stream in {event["stream"] for event in events}
    }


def by_stream(applied: list[tuple[str, int]]) -> dict[str, list[int]]:
    """What was applied, in its order, stream by stream."""
    found: dict[str, list[int]] = {}
    for stream, sequence in applied:
        found.setdefault(stream, []).append(sequence)
    return found
