"""Health, readiness, metrics and logs of a process."""

import json
import logging
import subprocess
import sys
import uuid

import pytest
from werkzeug.test import Client

from chassis.logs import bind_request, configure_logging, get_logger
from chassis.process.health import HealthServer
from chassis.settings import Settings
from chassis.testing.plugin import wait_until
from tests.support.chassis.sample_service import SampleService


def health(**settings) -> tuple[HealthServer, Client]:
    made = HealthServer(Settings(**settings))
    return made, Client(made)


def test_a_process_is_alive_before_it_is_ready(amqp_uri, sample_database):
    _, http = health(amqp_uri=amqp_uri, database_url=sample_database.app_url)
    assert http.get("/healthz").status_code == 200
    answer = http.get("/readyz")
    assert (answer.status_code, answer.json["waiting_for"]) == (503, ["the service is starting"])


def test_it_is_ready_once_its_queues_are_consumed(run_service, sample_database, sample_session, amqp_uri):
    made, http = health(amqp_uri=amqp_uri, database_url=sample_database.app_url)
    made.container = run_service(SampleService, sample_database.app_url, issuer="support")
    wait_until(lambda: http.get("/readyz").status_code == 200, "readiness")
    listener = next(e for e in made.container.entrypoints if type(e).__name__ == "Listener")
    listener.consuming = False
    assert http.get("/readyz").json["waiting_for"] == ["a queue is not being consumed"]


def test_engines_that_are_away_are_named():
    _, http = health(amqp_uri="amqp://nobody:x@127.0.0.1:1/", database_url="postgresql://nobody:x@127.0.0.1:1/none")
    assert http.get("/readyz").json["waiting_for"] == [
        "the service is starting",
        "the database does not answer",
        "the broker does not answer",
    ]


def test_metrics_are_in_prometheus_form_and_nothing_else_is_served():
    _, http = health(amqp_uri="amqp://x:x@127.0.0.1:1/")
    assert b"# TYPE commerce_outbox_published_total counter" in http.get("/metrics").data
    assert http.get("/debug").status_code == 404


@pytest.fixture
def restored_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_log_lines_are_json_with_the_requests_id(capsys, restored_logging):
    configure_logging("sample")
    request_id = str(uuid.uuid4())
    bind_request(request_id)
    get_logger("here").warning("something", count=3)
    logging.getLogger("library").error("line one\nline two \x1b[31m")
    ours, theirs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (ours["event"], ours["count"], ours["request_id"], ours["service"]) == ("something", 3, request_id, "sample")
    assert (theirs["event"], theirs["request_id"]) == ("line one\nline two \x1b[31m", request_id)


ENDS = """
import time
from chassis.process import runtime
from chassis import green, logs
logs.configure_logging("sample")
runtime._log_what_nobody_catches()
green.spawn(lambda: 1 / 0)
time.sleep(0)
raise ValueError("the end")
"""


def test_what_nobody_catches_is_one_json_line_with_its_traceback():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", ENDS], capture_output=True, text=True, timeout=60)
    thread, process = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1 and done.stderr == ""
    assert "ZeroDivisionError: division by zero" in thread["exception"]
    assert process["level"] == "critical" and process["exception"].endswith("ValueError: the end")
