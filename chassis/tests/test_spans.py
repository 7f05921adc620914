"""Spans are exported in the ratio asked for, and a collector that is away costs spans and nothing else."""

import secrets
import socket
import subprocess
import sys
import time

import pytest
from prometheus_client import REGISTRY

from chassis import span_exporter, spans
from chassis.settings import SettingsError, read_settings
from chassis.testing.plugin import wait_until
from chassis.tracing import Trace, trace_of_call
from tests.support.collector import collector

LOW, HIGH = "0" * 15 + "1" + "1" + "0" * 15, "0" * 15 + "1" + "f" * 16


@pytest.fixture
def receiver(monkeypatch):
    """A collector that gets the spans soon."""
    monkeypatch.setattr(span_exporter, "DELAY_SECONDS", 0.01)
    with collector() as made:
        yield made
        spans.finish()


def trace(trace_id: str, flags: str = "00") -> Trace:
    return trace_of_call({"traceparent": f"00-{trace_id}-00f067aa0ba902b7-{flags}"})


def record(*traces: Trace, **options) -> None:
    for one in traces:
        spans.record(one, spans.SERVER, "GET /x", 0.25, {"http.route": "/x"}, **options)


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("commerce_spans_total", {"outcome": outcome}) or 0.0


def test_a_span_has_the_ids_of_its_trace_its_time_and_whether_it_failed(receiver):
    spans.configure(receiver.endpoint, 1.0, "clients", "host-7")
    one = trace(HIGH)
    record(one, failed=True)
    (span,) = wait_until(receiver.spans, "the span")
    assert (span.trace_id, span.span_id, span.parent_id) == (HIGH, one.span_id, "00f067aa0ba902b7")
    assert (span.service, span.name, span.kind, span.failed) == ("clients", "GET /x", "SERVER", True)
    assert span.attributes == {"http.route": "/x"} and span.seconds == pytest.approx(0.25, abs=1e-6)


def test_a_part_of_the_traces_is_taken_by_their_ids_and_what_came_as_sampled_always(receiver):
    spans.configure(receiver.endpoint, 0.5, "clients", "host-7")
    record(trace(HIGH), trace(LOW), trace(HIGH, "01"), trace_of_call({}))
    spans.finish()
    assert {LOW, HIGH} <= {span.trace_id for span in receiver.spans()}
    assert [span.trace_id for span in receiver.spans()].count(HIGH) == 1


def test_with_a_ratio_of_nothing_only_what_came_as_sampled_is_sent(receiver):
    spans.configure(receiver.endpoint, 0.0, "clients", "host-7")
    record(trace("0" * 15 + "1" + "0" * 16), trace(LOW), trace(HIGH, "01"))
    spans.finish()
    assert [span.trace_id for span in receiver.spans()] == [HIGH]


def test_a_collector_that_hangs_holds_up_nobody_and_takes_a_bounded_place(receiver, monkeypatch):
    monkeypatch.setattr(span_exporter, "QUEUE", 100)
    monkeypatch.setattr(span_exporter, "EXPORT_SECONDS", 60.0)
    monkeypatch.setattr(span_exporter, "END_SECONDS", 0.1)
    receiver.hangs, before = True, counted("dropped")
    spans.configure(receiver.endpoint, 1.0, "clients", "host-7")
    record(trace(HIGH))
    wait_until(lambda: receiver.asked, "the collector to be asked")
    record(*[trace(HIGH)] * 300)
    assert counted("dropped") == before + 201  # one is on its way
    began = time.monotonic()
    spans.finish()
    assert time.monotonic() - began < 10 and receiver.bodies == []


def test_a_batch_that_is_not_taken_in_time_is_given_up_and_the_next_one_sent(receiver, monkeypatch):
    monkeypatch.setattr(span_exporter, "EXPORT_SECONDS", 0.2)
    receiver.hangs, before = True, counted("failed")
    spans.configure(receiver.endpoint, 1.0, "clients", "host-7")
    record(trace(LOW))
    wait_until(lambda: counted("failed") == before + 1, "the first to be given up")
    receiver.hangs = False
    record(trace(HIGH))
    assert [span.trace_id for span in wait_until(receiver.spans, "the second")] == [HIGH]


def test_a_collector_that_is_away_is_told_once_in_the_log(monkeypatch, caplog):
    monkeypatch.setattr(span_exporter, "DELAY_SECONDS", 0.01)
    monkeypatch.setattr(span_exporter, "EXPORT_SECONDS", 0.2)
    before = counted("failed")
    with collector() as gone:
        endpoint = gone.endpoint
    spans.configure(endpoint, 1.0, "clients", "host-7")
    for number in (1, 2, 3):
        record(trace(LOW))
        wait_until(lambda number=number: counted("failed") == before + number, "the span to be given up")
    spans.finish()
    assert len([line for line in caplog.records if line.levelname == "ERROR"]) == 1


def test_a_collector_elsewhere_has_to_prove_by_tls_that_it_is_the_one_named(receiver, tmp_path):
    before = counted("failed")
    receiver.speak_tls(tmp_path, "localhost")
    spans.configure(receiver.endpoint, 1.0, "clients", "host-7")
    record(trace(LOW))
    assert [span.trace_id for span in wait_until(receiver.spans, "the span")] == [LOW]
    spans.finish()
    spans.configure(receiver.endpoint.replace("localhost", "127.0.0.1"), 1.0, "clients", "host-7")
    record(trace(HIGH))
    wait_until(lambda: counted("failed") == before + 1, "the other name to be refused")
    assert len(receiver.spans()) == 1


def test_its_name_is_never_asked_for_in_a_way_that_would_hold_up_the_process(receiver, monkeypatch):
    asked, blocking = [], socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: asked.append(host) or blocking(host, *rest, **more)
    )
    spans.configure(receiver.endpoint, 1.0, "clients", "host-7")
    record(trace(LOW))
    wait_until(receiver.spans, "the span")
    assert "localhost" in receiver.endpoint and "localhost" not in asked


def test_where_no_collector_is_named_nothing_of_the_sdk_is_loaded():
    program = (
        "import sys, gateway.server.service, services.clients.service, chassis.process.runtime; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert "chassis.spans" in done.stdout and "opentelemetry" not in done.stdout


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", None),
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("https://otel.example.com/v1/traces/", "https://otel.example.com/v1/traces"),
        ("https://otel.example.com/base", "https://otel.example.com/base/v1/traces"),
    ],
)
def test_the_collector_is_named_by_its_base_address(given, read):
    settings = read_settings({"COMMERCE_OTLP_ENDPOINT": given, "COMMERCE_OTLP_RATIO": "0.25"})
    assert (settings.otlp_endpoint, settings.otlp_ratio) == (read, 0.25)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ENDPOINT", "grpc://collector:4317", "is not an address such as https://collector.example.com:4318."),
        ("ENDPOINT", f"https://me:{secrets.token_hex(4)}@collector", "is not an address such as https://"),
        (
            "ENDPOINT",
            "https://collector?cacertfile=/none",
            "may end with .cacertfile= and a file that exists, and with",
        ),
        ("ENDPOINT", f"https://collector?token={secrets.token_hex(4)}", "may end with .cacertfile= and a file"),
        ("ENDPOINT", "http://collector:4318", "is of another machine and without TLS: it has to begin with https://."),
        ("RATIO", "1.5", "is not a number from 0 to 1."),
        ("RATIO", "nan", "."),
    ],
)
def test_a_collector_in_the_clear_elsewhere_or_a_wrong_ratio_stops_the_start(name, value, sentence):
    with pytest.raises(SettingsError, match=f"COMMERCE_OTLP_{name} .*{sentence}"):
        read_settings({f"COMMERCE_OTLP_{name}": value})
