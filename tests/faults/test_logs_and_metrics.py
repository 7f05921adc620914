"""What a process tells of itself: logs that can be followed from service to service and name nobody, and metrics."""

import json
import secrets
import uuid

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from chassis.testing.plugin import wait_until
from deploy.services import SERVICES

pytestmark = pytest.mark.faults

AUDIT_QUEUE = "audit.activity"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def asked(system, method: str, path: str, **options) -> requests.Response:
    headers = {
        "Authorization": f"Bearer {system.token}",
        "Idempotency-Key": secrets.token_hex(16),
        **options.pop("headers", {}),
    }
    return requests.request(method, f"{system.origin}{path}", headers=headers, timeout=30, **options)


def lines(system, name: str, about: str) -> list[dict]:
    """The log lines of a process that hold `about`."""
    return [json.loads(line) for line in system.processes[name].log().splitlines() if about in line]


def test_the_ids_that_a_request_comes_with_are_answered_and_stand_in_the_log_of_each_service_it_reaches(system):
    own, client = str(uuid.uuid4()), system.new_client()["id"]
    headers = {"X-Request-Id": own, "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    for service, path in {"clients": "", "billing": "/invoices", "support": "/tickets", "audit": "/activity"}.items():
        answer = asked(system, "GET", f"/api/v1/clients/{client}{path}", headers=headers)
        request_id = answer.headers["X-Request-Id"]
        assert answer.headers["X-Client-Request-Id"] == own and request_id != own
        assert answer.headers["traceresponse"].split("-")[1] == TRACE
        for name in ("gateway", service):
            found = lines(system, name, request_id)
            assert found, f"{name} for {path}"
            assert {(line["client_request_id"], line["trace_id"]) for line in found} == {(own, TRACE)}, name
    (line,) = [line for line in lines(system, "gateway", request_id) if line["event"] == "request"]
    assert (line["interface"], line["method"], line["status"]) == ("api", "GET", 200)
    assert line["route"] == "/api/v1/clients/<client_id>/activity" and line["seconds"] > 0


def test_an_event_is_of_the_trace_of_the_request_that_set_it_off(system, engines):
    headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    body = {"first_name": "Ada", "last_name": "Traced", "email": f"{uuid.uuid4().hex}@example.com", "currency": "EUR"}
    client = asked(system, "POST", "/api/v1/clients", json=body, headers=headers).json()["id"]
    sent = "SELECT body ->> 'traceparent' FROM outbox WHERE stream = %(client)s"
    for service in ("clients", "billing"):  # billing opens the account by the event of clients
        with engines[service].connect() as connection:
            found = wait_until(
                lambda connection=connection: connection.exec_driver_sql(sent, {"client": client}).scalars().all(),
                f"an event of {service}",
            )
            connection.rollback()
        assert {one.split("-")[1] for one in found} == {TRACE}, service


def test_no_log_holds_what_somebody_typed_and_each_line_is_json(system):
    canary = f"canary{uuid.uuid4().hex[:12]}"
    client = system.new_client(first_name=canary, last_name=canary, email=f"{canary}@example.com")["id"]
    base = f"/api/v1/clients/{client}"
    requests_with_it = [
        ("GET", "/api/v1/clients", {"params": {"q": canary}}),
        ("GET", f"/admin/{canary}?next={canary}", {}),
        ("GET", base, {"headers": {"Authorization": f"Bearer {canary}"}}),
        ("GET", base, {"headers": {"User-Agent": canary, "X-Request-Id": canary, "traceparent": canary}}),
        ("POST", "/api/v1/clients", {"json": {"first_name": canary, "email": canary, canary: canary}}),
        ("POST", "/api/v1/clients", {"data": canary, "headers": {"Content-Type": "application/json"}}),
        ("PATCH", base, {"json": {"city": canary, "phone": canary}}),
        ("POST", f"{base}/notes", {"json": {"body": canary}}),
        ("POST", "/admin/login", {"data": {"email": f"{canary}@example.com", "password": canary}}),
        ("POST", "/client/login", {"data": {"email": f"{canary}@example.com", "password": canary}}),
        ("GET", "/admin/clients", {"headers": {"Cookie": f"commerce-admin={canary}"}}),
    ]
    statuses = {asked(system, method, path, **options).status_code for method, path, options in requests_with_it}
    assert {200, 401, 404, 422} <= statuses
    assert asked(system, "GET", "/api/v1/clients").status_code == 200
    for name in (*SERVICES, "gateway"):
        log = system.processes[name].log()
        assert canary not in log, f"{name}: {next(line for line in log.splitlines() if canary in line)}"
        assert all(json.loads(line)["service"] == name for line in log.splitlines()), name


class Metrics:
    """The samples of a process' /metrics."""

    def __init__(self, process):
        families = text_string_to_metric_families(process.metrics())
        self._samples = [sample for family in families for sample in family.samples]

    def value(self, name: str, **labels) -> float:
        """The sum of the samples with these labels; fails where there is none."""
        found = [one.value for one in self._samples if one.name == name and labels.items() <= one.labels.items()]
        assert found, f"no {name} with {labels}"
        return sum(found)


def test_rate_errors_and_duration_of_a_route_come_from_metrics_alone(system):
    labels = {"interface": "api", "method": "GET", "route": "/api/v1/clients/<client_id>"}
    client = system.new_client()["id"]
    asked(system, "GET", f"/api/v1/clients/{client}")
    asked(system, "GET", f"/api/v1/clients/{uuid.uuid4()}")
    before = Metrics(system.processes["gateway"])
    asked(system, "GET", f"/api/v1/clients/{client}")
    asked(system, "GET", f"/api/v1/clients/{uuid.uuid4()}")
    after = Metrics(system.processes["gateway"])
    count, bucket = "commerce_http_request_seconds_count", "commerce_http_request_seconds_bucket"
    for status in ("200", "404"):
        assert after.value(count, status=status, **labels) == before.value(count, status=status, **labels) + 1
    assert after.value(bucket, le="+Inf", **labels) == after.value(count, **labels)
    assert after.value("commerce_call_seconds_count", service="clients", outcome="ok") > 0
    clients = Metrics(system.processes["clients"])
    assert clients.value("commerce_rpc_seconds_count", method="get_client", outcome="not-found") > 0


def test_a_service_tells_the_age_of_its_outbox_its_queues_pool_leadership_and_loop(system):
    system.new_client()
    metrics = Metrics(system.processes["clients"])
    assert metrics.value("commerce_outbox_oldest_seconds") < 60
    assert metrics.value("commerce_db_pool_connections", state="most") == 22
    assert metrics.value("commerce_relay_leader") == metrics.value("commerce_job_leader", job="send_mails") == 1
    assert metrics.value("commerce_loop_lag_seconds_count") > 0
    assert metrics.value("commerce_queue_messages", queue="rpc-clients") >= 0
    assert (
        metrics.value("commerce_engine_up", engine="database")
        == metrics.value("commerce_engine_up", engine="broker")
        == 1
    )


def test_the_number_of_parked_messages_survives_a_restart(system):
    queue, audit = AUDIT_QUEUE, system.processes["audit"]
    before = Metrics(audit).value("commerce_parked_messages", queue=queue)
    system.broker.publish("clients.events", "client.created.v1", "no event")
    wait_until(
        lambda: Metrics(audit).value("commerce_parked_messages", queue=queue) == before + 1, "the message to be parked"
    )
    with audit.gone():
        pass
    assert Metrics(audit).value("commerce_parked_messages", queue=queue) == before + 1
