"""Spans of events: one of the event, from its record to the broker's confirm, and one of each listener that handles it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from chassis import spans
from chassis.tracing import Trace, trace_of_call, trace_of_event


def record_published(rows: Sequence) -> None:
    """Record the spans of outbox rows that the broker has confirmed, of those which a request has set off."""
    if not spans.are_recorded():
        return
    now = time.time()
    for row in rows:
        if (recorded_in := row.body.get("traceparent")) is not None:
            trace, seconds = trace_of_event(recorded_in, row.body["id"]), max(0.0, now - row.recorded_at.timestamp())
            spans.record(trace, spans.PRODUCER, f"publish {row.body['type']}", seconds, _attributes(row.body))


@contextmanager
def handled(queue: str, events: list[dict], first: Trace) -> Iterator[None]:
    """Record a span for each of `events`, which the listener of `queue` handles together in this block; `first` is the trace
    that it continues for the first of them."""
    if not spans.are_recorded():
        yield
        return
    began, failed = time.perf_counter(), True
    try:
        yield
        failed = False
    finally:
        seconds = time.perf_counter() - began
        traces = [first, *map(trace_of_call, events[1:])]
        for event, trace in zip(events, traces, strict=True):
            attributes = {"messaging.destination.name": queue, **_attributes(event)}
            spans.record(trace, spans.CONSUMER, f"{queue} {event['type']}", seconds, attributes, failed=failed)


def _attributes(event: dict) -> dict[str, str]:
    return {"commerce.event.type": event["type"], "messaging.message.id": event["id"]}
