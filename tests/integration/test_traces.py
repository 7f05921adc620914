"""A write is one trace: the request, the calls it makes, the events it sets off and whoever handles them."""

import uuid

import pytest

from chassis import span_exporter, spans
from chassis.testing.plugin import wait_until
from tests.support.collector import Collector, Span, collector
from tests.support.service_processes import ServiceProcess

CALLER_SPAN = "00f067aa0ba902b7"


@pytest.fixture
def receiver(monkeypatch, system):
    """A collector that the whole system sends its spans to."""
    monkeypatch.setattr(span_exporter, "DELAY_SECONDS", 0.05)
    with collector() as made:
        spans.configure(made.endpoint, 0.0, "system", "test")
        yield made
        spans.finish()


def sampled(trace_id: str) -> dict:
    return {"headers": {"traceparent": f"00-{trace_id}-{CALLER_SPAN}-01"}}


def path_to(span: Span, of_trace: dict[str, Span]) -> list[str]:
    """Names from the first span of a trace down to `span`."""
    above = path_to(of_trace[span.parent_id], of_trace) if span.parent_id in of_trace else []
    return [*above, span.name]


def paths(receiver: Collector, trace_id: str) -> set[str]:
    of_trace = receiver.of_trace(trace_id)
    return {" > ".join(path_to(span, of_trace)) for span in of_trace.values()}


def test_a_write_is_one_tree_from_its_request_to_the_last_listener(system, receiver):
    trace_id = uuid.uuid4().hex
    body = {"first_name": "Ada", "last_name": "Traced", "email": f"{uuid.uuid4().hex}@example.com", "currency": "EUR"}
    client = system.post("/clients", body, **sampled(trace_id)).json()
    call = "POST /api/v1/clients > clients.create_client"
    created, opened = "client.created.v1", "billing_account.opened.v1"
    account = f"{call} > publish {created} > billing.accounts {created} > publish {opened}"
    wanted = {
        "POST /api/v1/clients",
        call,
        f"{call} > publish {created}",
        f"{call} > publish {created} > audit.activity {created}",
        account,
        f"{account} > audit.activity {opened}",
    }
    wait_until(lambda: wanted <= paths(receiver, trace_id), "the whole tree", seconds=30)
    of_trace = receiver.of_trace(trace_id)
    assert {span.name for span in of_trace.values() if span.parent_id not in of_trace} == {"POST /api/v1/clients"}
    kinds = {span.name: (span.kind, span.parent_id) for span in of_trace.values()}
    assert kinds["POST /api/v1/clients"] == ("SERVER", CALLER_SPAN)
    assert kinds["clients.create_client"][0] == "SERVER"
    assert kinds[f"publish {created}"][0] == "PRODUCER" and kinds[f"audit.activity {created}"][0] == "CONSUMER"
    (request,) = [span for span in of_trace.values() if span.name == "POST /api/v1/clients"]
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/api/v1/clients",
        "http.response.status_code": 201,
        "commerce.interface": "api",
    }
    assert client["id"] not in str([span.attributes for span in of_trace.values()])


def test_a_refusal_is_in_the_trace_and_is_no_failure(system, receiver):
    trace_id = uuid.uuid4().hex
    system.get(f"/clients/{uuid.uuid4()}", **sampled(trace_id))
    wait_until(lambda: len(receiver.of_trace(trace_id)) >= 2, "the spans", seconds=30)
    outcomes = {span.name: span for span in receiver.of_trace(trace_id).values()}
    call, request = outcomes["clients.get_client"], outcomes["GET /api/v1/clients/<client_id>"]
    assert (call.attributes["commerce.outcome"], request.attributes["http.response.status_code"]) == ("not-found", 404)
    assert not call.failed and not request.failed and call.parent_id == request.span_id


def test_no_span_holds_what_somebody_typed(system, receiver):
    canary = f"canary{uuid.uuid4().hex[:12]}"
    traced = sampled(uuid.uuid4().hex)
    named = {"first_name": canary, "last_name": canary, "email": f"{canary}@example.com", "currency": "EUR"}
    client = system.post("/clients", named, **traced).json()["id"]
    system.post(f"/clients/{client}/notes", {"body": canary}, **traced)
    system.request("PATCH", f"/api/v1/clients/{client}", json={"city": canary}, **traced)
    system.get(f"/clients?q={canary}", **traced)
    system.get(f"/{canary}", headers={**traced["headers"], "User-Agent": canary})
    system.request(canary.upper(), "/api/v1/clients", **traced)
    wait_until(lambda: "clients.add_note" in {span.name for span in receiver.spans()}, "the note's span", seconds=30)
    last = uuid.uuid4().hex
    system.post("/clients", {**named, "email": f"{canary}-2@example.com"}, **sampled(last))
    wait_until(lambda: any("audit.activity" in path for path in paths(receiver, last)), "the last spans", seconds=30)
    received = b"".join(receiver.bodies).lower()
    assert canary.encode() not in received and b"ada admin" not in received and b"127.0.0.1" not in received


def test_a_collector_that_hangs_changes_no_answer(system, receiver):
    receiver.hangs = True
    trace_id = uuid.uuid4().hex
    assert system.get("/clients", **sampled(trace_id)).status_code == 200
    wait_until(lambda: receiver.asked, "the collector to be asked", seconds=30)
    for _ in range(5):
        assert system.get("/clients", **sampled(trace_id)).status_code == 200
    assert receiver.bodies == []


def test_a_process_sends_what_it_has_left_and_ends_in_time_when_nobody_takes_it(
    databases, amqp_uri, keys_dir, tmp_path, calls, make_caller
):
    for hangs in (False, True):
        with collector() as made:
            made.hangs = hangs
            log = tmp_path / f"support-{hangs}.log"
            process = ServiceProcess(
                databases("support"), amqp_uri, keys_dir, log, otlp_endpoint=made.endpoint.removesuffix("/v1/traces")
            )
            process.start()
            calls.call(make_caller(), "support.list_departments", seconds=5)
            process.stop()
            assert process.process.returncode == 0  # by itself: what takes longer than it may is killed
            if not hangs:
                assert {(one.service, one.name) for one in made.spans()} == {("support", "support.list_departments")}
            assert '"ended"' in log.read_text()


def test_what_did_not_come_as_sampled_is_not_sent_with_a_ratio_of_nothing(system, receiver):
    system.new_client()
    trace_id = uuid.uuid4().hex
    system.get("/me", **sampled(trace_id))
    wait_until(lambda: receiver.of_trace(trace_id), "the sampled one", seconds=30)
    assert {span.trace_id for span in receiver.spans()} == {trace_id}
