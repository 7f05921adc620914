"""The HTTP server that the gateway is mounted in."""

import socket

import requests
from werkzeug.wrappers import Response

from chassis.http.protocol import READER_LEFT
from chassis.http.site import serve
from chassis.testing.plugin import wait_until


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


def test_a_handler_is_told_that_its_reader_has_left(run_service):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run_service(Patient, issuer="gateway", http_host="127.0.0.1", http_port=port)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /next")
        wait_until(lambda: Patient.left, "the request to be heard")
    wait_until(lambda: len(Patient.left) == 2, "the handler to end")
    assert Patient.left == [False, True]


def test_the_end_of_a_page_does_not_wait_for_the_browser_to_acknowledge_its_beginning(run_service):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run_service(Front, issuer="gateway", http_host="127.0.0.1", http_port=port)
    assert requests.get(f"http://127.0.0.1:{port}/", timeout=10).text == "1"
