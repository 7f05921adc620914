"""Spans: what a request, a call or an event took, for an OpenTelemetry collector where COMMERCE_OTLP_ENDPOINT names one.

A Trace has its ids already (tracing.py), so a span is recorded once it is over. It holds names of ours alone: routes, methods,
types, outcomes; nothing that somebody typed, and nobody's name. Where no collector is named nothing is recorded, and nothing of
OpenTelemetry is imported.
"""

import importlib
from collections.abc import Mapping

from chassis.errors import PROBLEMS
from chassis.tracing import Trace

SERVER, PRODUCER, CONSUMER = "SERVER", "PRODUCER", "CONSUMER"
TRACES = 2**64  # of the last 16 digits of a trace id

_to: dict = {"exporter": None, "below": 0}


def configure(endpoint: str, ratio: float, service: str, instance: str) -> None:
    """Export the spans of this process, `instance` of `service`, to `endpoint`: those of `ratio` of all traces, which every
    process decides alike from the trace id, and of each trace that came as sampled."""
    exporter = importlib.import_module("chassis.span_exporter")  # here, so that nobody else has to load OpenTelemetry
    _to.update(exporter=exporter.SpanExporter(endpoint, service, instance), below=ratio * TRACES)


def finish() -> None:
    """Send what was recorded and not sent yet, for a short time at most, and record nothing any more."""
    exporter, _to["exporter"] = _to["exporter"], None
    if exporter is not None:
        exporter.finish()


def are_recorded() -> bool:
    """Whether spans are recorded at all: worth asking before many of them are put together."""
    return _to["exporter"] is not None


def record(
    trace: Trace, kind: str, name: str, seconds: float, attributes: Mapping[str, str | int], *, failed: bool = False
) -> None:
    """Record the span of `trace` in this process, which took `seconds` and ends now."""
    exporter = _to["exporter"]
    if exporter is not None and (trace.is_sampled or int(trace.trace_id[16:], 16) < _to["below"]):
        exporter.add(trace, kind, name, seconds, attributes, failed)


def record_request(trace: Trace, about: Mapping, seconds: float) -> None:
    """Record an HTTP request: its `interface`, `method`, `route` and `status`."""
    if are_recorded():
        attributes = {
            "http.request.method": about["method"],
            "http.route": about["route"],
            "http.response.status_code": about["status"],
            "commerce.interface": about["interface"],
        }
        name = f"{about['method']} {about['route']}"
        record(trace, SERVER, name, seconds, attributes, failed=about["status"] >= 500)


def record_call(trace: Trace, target: str, outcome: str, seconds: float) -> None:
    """Record a call of the RPC method `target` as its service answered it: `ok` or a problem's code."""
    if are_recorded():
        failed = outcome in PROBLEMS and PROBLEMS[outcome][0] >= 500
        record(trace, SERVER, target, seconds, {"rpc.method": target, "commerce.outcome": outcome}, failed=failed)
