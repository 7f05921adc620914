"""Trace context: a trace that comes in goes on, and anything else begins a new one."""

import re
import uuid

import pytest
from sqlalchemy import text

from chassis.tracing import Trace, current_trace, set_current_trace, trace_of_call, trace_of_request
from tests.support.log_lines import LogLines

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OUTBOX = text("SELECT body ->> 'traceparent' FROM outbox")


@pytest.fixture
def untraced():
    before = current_trace()
    yield
    set_current_trace(before)


def test_a_trace_goes_on_with_a_span_of_its_own_and_the_same_flags():
    trace = trace_of_request({"traceparent": GIVEN})
    version, trace_id, span, flags = trace.traceparent.split("-")
    assert (version, trace_id, flags) == ("00", GIVEN.split("-")[1], "01") and span != GIVEN.split("-")[2]
    assert trace.trace_id == trace_id and trace.is_followed


@pytest.mark.parametrize(
    "given",
    [None, "", "canary", GIVEN + "-more", GIVEN.upper(), f"00-{'0' * 32}-00f067aa0ba902b7-01", f"{GIVEN}\n", 7],
)
def test_what_cannot_be_read_begins_a_new_trace(given):
    trace = trace_of_request({"traceparent": given})
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", trace.traceparent)
    assert trace.trace_id != GIVEN.split("-")[1] and not trace.is_followed


def test_the_clients_own_id_is_a_uuid_or_nothing():
    own = str(uuid.uuid4())
    assert trace_of_request({"X-Request-Id": own}).client_request_id == own
    assert trace_of_request({"X-Request-Id": own}).is_followed
    for other in ("canary", own[:-1], f"{own} ", "x" * 36):
        assert trace_of_request({"X-Request-Id": other}).client_request_id is None


def test_a_call_carries_both_to_the_service_and_its_events_are_of_the_trace(
    sample, calls, make_caller, sample_session, monkeypatch, untraced
):
    own, client, lines = str(uuid.uuid4()), str(uuid.uuid4()), LogLines()
    monkeypatch.setattr("chassis.rpc.server.log", lines)
    set_current_trace(Trace(GIVEN, own))
    caller = make_caller(client_id=client)
    calls.call(caller, "sample.count", client_id=client, by=1)
    (sent,) = sample_session.execute(OUTBOX).scalars()
    assert sent.split("-")[1] == GIVEN.split("-")[1] and sent != GIVEN
    (line,) = [line for line in lines if line["event"] == "call"]
    assert (line["method"], line["outcome"], line["request_id"]) == ("count", "ok", caller.request_id)
    assert (line["client_request_id"], line["trace_id"]) == (own, GIVEN.split("-")[1])


def test_what_a_call_says_of_a_trace_is_read_as_strictly():
    assert trace_of_call({"traceparent": GIVEN, "client-request-id": "canary"}).client_request_id is None
    assert trace_of_call({}).traceparent.startswith("00-")
