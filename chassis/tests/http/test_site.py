"""The HTTP server that the gateway is mounted in."""

import os
import socket
from contextlib import contextmanager

import pytest
import requests
from nameko.exceptions import ContainerBeingKilled
from werkzeug.wrappers import Response

from chassis import green
from chassis.http import access_log, site
from chassis.http.protocol import READER_LEFT
from chassis.http.site import serve
from chassis.testing.plugin import wait_until
from tests.support.log_lines import LogLines


class Front:
    """Answers with whether its own connection sends small packets at once."""

    name = "front"

    @serve
    def site(self, request):
        connection = request.environ["eventlet.input"].get_socket()
        return Response(str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))


class Patient:
    """Does not answer before its reader has left."""

    name = "front"
    left = []

    @serve
    def site(self, request):
        reader_left = request.environ[READER_LEFT]
        self.left.append(reader_left())
        self.left.append(wait_until(reader_left, "the reader to leave"))
        return Response("nobody reads this")


class Failing:
    """Raises whatever it is told to, as no application should."""

    name = "front"
    error: Exception

    @serve
    def site(self, request):
        raise self.error


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def draining(container):
    """Inside the block the container has been told to stop."""
    server = next(one for one in container.subextensions if hasattr(one, "drain"))
    stopping = green.spawn(container.stop)
    wait_until(lambda: server._serv.draining, "the drain to begin")
    yield
    stopping.wait()


def test_a_server_that_drains_answers_what_comes_on_an_open_connection_and_closes_it(run_service, port):
    container = run_service(Front, issuer="gateway", http_host="127.0.0.1", http_port=port)
    with requests.Session() as browser:
        first = browser.get(f"http://127.0.0.1:{port}/", timeout=10)
        assert (first.status_code, first.headers["Connection"]) == (200, "keep-alive")
        with draining(container):
            last = browser.get(f"http://127.0.0.1:{port}/", timeout=10)
            assert (last.status_code, last.headers.get("Connection")) == (200, "close")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/", timeout=10)


def test_a_connection_that_waits_to_be_accepted_when_the_drain_begins_is_answered(run_service, port):
    container = run_service(Front, issuer="gateway", http_host="127.0.0.1", http_port=port)
    server = next(one for one in container.subextensions if hasattr(one, "drain"))
    server._gt.kill()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as waiting:
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with draining(container):
            assert waiting.recv(100).startswith(b"HTTP/1.1 200")


def test_who_comes_to_a_socket_that_outlives_the_process_waits_for_the_next_one(run_service):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = listening.getsockname()
        run_service(Front, issuer="gateway", http_fd=os.dup(listening.fileno())).stop()
        with socket.create_connection(address, timeout=10) as waiting:
            waiting.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            run_service(Front, issuer="gateway", http_fd=os.dup(listening.fileno()))
            assert waiting.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(("error", "status"), [(ZeroDivisionError("secret"), 500), (ContainerBeingKilled(), 503)])
def test_a_failure_outside_of_the_application_has_a_line_with_the_requests_id(
    run_service, port, monkeypatch, error, status
):
    lines = LogLines()
    for module in (access_log, site):
        monkeypatch.setattr(module, "log", lines)
    monkeypatch.setattr(Failing, "error", error, raising=False)
    monkeypatch.setattr(access_log, "request_id", lambda request: "the-request")
    run_service(Failing, issuer="gateway", http_host="127.0.0.1", http_port=port)
    answer = requests.get(f"http://127.0.0.1:{port}/", timeout=10)
    assert answer.status_code == status and "secret" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert {line["request_id"] for line in lines} == {"the-request"}
    assert [line["status"] for line in lines if line["event"] == "request"] == [status]
    assert any("exc_info" in line for line in lines) == (status == 500)


def test_a_handler_is_told_that_its_reader_has_left(run_service, port):
    run_service(Patient, issuer="gateway", http_host="127.0.0.1", http_port=port)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /next")
        wait_until(lambda: Patient.left, "the request to be heard")
    wait_until(lambda: len(Patient.left) == 2, "the handler to end")
    assert Patient.left == [False, True]


def test_the_end_of_a_page_does_not_wait_for_the_browser_to_acknowledge_its_beginning(run_service, port):
    run_service(Front, issuer="gateway", http_host="127.0.0.1", http_port=port)
    assert requests.get(f"http://127.0.0.1:{port}/", timeout=10).text == "1"
