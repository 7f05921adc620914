"""Sequence check: a gap in a stream, or an event out of order, is counted and logged at once; nothing is held back."""

from prometheus_client import Counter

from chassis.logs import get_logger

DISORDERED = Counter(
    "commerce_events_disordered_total", "Events that did not follow the last one of their stream", ["queue"]
)
STREAMS = 100_000

log = get_logger(__name__)


class SequenceCheck:
    """The last sequence of each stream that `queue` has received, of the newest STREAMS ones.

    Only of services whose every event is subscribed to: among some types alone gaps are normal.
    """

    def __init__(self, queue: str, sources: dict[str, list[str]]):
        self._queue = queue
        self._whole = {f"services/{service}" for service, keys in sources.items() if "#" in keys}
        self._last: dict[tuple[str, str], int] = {}

    def check(self, events: list[dict]) -> None:
        """Count and log each event that does not follow the one before it in its stream."""
        for event in events:
            if event["source"] in self._whole:
                self._check((event["source"], event["stream"]), event)

    def _check(self, stream: tuple[str, str], event: dict) -> None:
        last = self._last.pop(stream, None)
        self._last[stream] = max(event["sequence"], last or 0)
        if last is not None and event["sequence"] != last + 1:
            DISORDERED.labels(self._queue).inc()
            log.error(
                "event does not follow the one before it",
                queue=self._queue,
                source=stream[0],
                stream=stream[1],
                after=last,
                sequence=event["sequence"],
                event_id=event["id"],
            )
        if len(self._last) > STREAMS:
            del self._last[next(iter(self._last))]
