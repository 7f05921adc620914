"""The HTTP server that the gateway is mounted in."""

import socket

import requests
from werkzeug.wrappers import Response

from chassis.http.site import serve


class Front:
    """Answers with whether its own connection sends small packets at once."""

    name = "front"

    @serve
    def site(self, request):
        connection = request.environ["eventlet.input"].get_socket()
        return Response(str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))


def test_the_end_of_a_page_does_not_wait_for_the_browser_to_acknowledge_its_beginning(run_service):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run_service(Front, issuer="gateway", http_host="127.0.0.1", http_port=port)
    assert requests.get(f"http://127.0.0.1:{port}/", timeout=10).text == "1"
