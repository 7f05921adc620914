"""Exporter of spans: hands them to OpenTelemetry's SDK, which sends them in batches by OTLP over HTTP.

Everything about it is bounded, so that a collector which is away, slow or full costs spans and nothing else: QUEUE spans
wait at most, and those that find no place are counted; a batch is given up after EXPORT_SECONDS. Only this module imports
OpenTelemetry, and spans.py this module where a collector is named.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import requests
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags
from prometheus_client import Counter
from requests.adapters import HTTPAdapter

from chassis import green
from chassis.tracing import Trace

QUEUE = 2048
BATCH = 64  # few, because all of a batch are encoded at once while nothing else runs
DELAY_SECONDS = 1.0
EXPORT_SECONDS = 3.0
END_SECONDS = 2.0  # for what is left when the process ends
PORTS = {"http": 80, "https": 443}

SPANS = Counter("commerce_spans_total", "Spans by what became of them: exported, failed, dropped", ["outcome"])


class SpanExporter:
    """Sends the spans of one process to the collector at `endpoint`, an address that may name the file of its authority."""

    def __init__(self, endpoint: str, service: str, instance: str):
        address, _, authority = endpoint.partition("?cacertfile=")
        self._resource = Resource(
            {"service.name": service, "service.namespace": "commerce", "service.instance.id": instance}
        )
        self._waiting = 0
        exporter = OTLPSpanExporter(
            address, certificate_file=authority or None, timeout=EXPORT_SECONDS, session=_session()
        )
        self._processor = BatchSpanProcessor(
            _Bounded(exporter, self._have_left),
            max_queue_size=QUEUE,
            schedule_delay_millis=DELAY_SECONDS * 1000,
            max_export_batch_size=BATCH,
        )

    def add(self, trace: Trace, kind: str, name: str, seconds: float, attributes: Mapping, failed: bool) -> None:
        """Send the span of `trace` soon; it took `seconds` and ends now. Waits for nothing."""
        if self._waiting >= QUEUE:
            SPANS.labels("dropped").inc()
            return
        self._waiting += 1
        now = time.time_ns()
        self._processor.on_end(
            ReadableSpan(
                name,
                context=_context(trace.trace_id, trace.span_id, is_remote=False),
                parent=trace.parent_id and _context(trace.trace_id, trace.parent_id, is_remote=True),
                resource=self._resource,
                attributes=attributes,
                kind=SpanKind[kind],
                status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
                start_time=now - int(seconds * 1e9),
                end_time=now,
            )
        )

    def finish(self) -> None:
        """Send what waits, END_SECONDS at most."""
        with green.Timeout(END_SECONDS, False):
            self._processor.shutdown()

    def _have_left(self, number: int) -> None:
        self._waiting -= number


class _Bounded:
    """An exporter for the SDK that holds another one to its time, counts, and says once that the collector does not take
    spans any more."""

    def __init__(self, exporter: OTLPSpanExporter, have_left):
        self._exporter, self._have_left = exporter, have_left
        self._library_log = logging.getLogger("opentelemetry")
        self._library_log.setLevel(logging.WARNING)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send `spans`; those that the collector does not take in time are lost."""
        result = SpanExportResult.FAILURE
        try:
            with green.Timeout(EXPORT_SECONDS, False):
                result = self._exporter.export(spans)
        finally:
            is_exported = result is SpanExportResult.SUCCESS
            SPANS.labels("exported" if is_exported else "failed").inc(len(spans))
            self._have_left(len(spans))
            self._library_log.setLevel(logging.WARNING if is_exported else logging.CRITICAL)
        return result

    def shutdown(self) -> None:
        """Close the connection."""
        self._exporter.shutdown()


class _GreenlyResolved(HTTPAdapter):
    """Asks for the host's addresses greenly, since the standard library would hold up the whole process, and takes the first
    one that answers."""

    def send(self, request, **options):
        parts = urlsplit(request.url)
        addresses = green.resolve(parts.hostname, parts.port or PORTS[parts.scheme])
        request.headers["Host"] = parts.netloc
        for request.address in addresses[:-1]:
            try:
                return super().send(request, **options)
            except requests.ConnectionError:
                continue
        request.address = addresses[-1]
        return super().send(request, **options)

    def build_connection_pool_key_attributes(self, request, verify, cert=None):
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool |= {"server_hostname": host["host"], "assert_hostname": host["host"]}
        return {**host, "host": request.address}, pool


def _session() -> requests.Session:
    """A session that takes neither proxies nor passwords from the surroundings of the process."""
    session = requests.Session()
    session.trust_env = False
    for scheme in PORTS:
        session.mount(f"{scheme}://", _GreenlyResolved())
    return session


def _context(trace_id: str, span_id: str, *, is_remote: bool) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote, TraceFlags(TraceFlags.SAMPLED))
