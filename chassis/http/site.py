"""A whole Werkzeug application mounted in Nameko: one URL map for pages and JSON, each request a worker with
dependencies.

class Gateway:
    @serve
    def site(self, request): return self.application.respond(request)
"""

import socket
from contextlib import nullcontext

from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import WebServer
from werkzeug.wrappers import Request

from chassis import green
from chassis.http.protocol import MAX_URL, StrictProtocol
from chassis.http.proxies import behind
from chassis.logs import get_logger

SOCKET_SECONDS = 30

log = get_logger(__name__)


class _SiteServer(WebServer):
    def get_wsgi_app(self):
        @Request.application
        def application(request):
            (provider,) = self._providers
            return provider.handle_request(request)

        return behind(self.container.config["settings"].trusted_proxies, application)

    def get_wsgi_server(self, sock, wsgi_app, protocol=StrictProtocol, debug=False):
        # A page beyond the write buffer leaves in two writes. The connections inherit this from the listening socket;
        # without it the second write waits for the peer's delayed ACK of the first, 40 ms.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return green.WsgiServer(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=protocol,
            debug=debug,
            log=log,
            log_output=False,
            socket_timeout=SOCKET_SECONDS,
            url_length_limit=MAX_URL,
        )


class Site(HttpRequestHandler):
    """The entrypoint behind `@serve`: every method, every path.

    `@serve(Admission)`: `Admission(settings)(request)` is a block around each request; what it gives is the answer, or
    None.
    """

    server = _SiteServer()

    def __init__(self, admission=None, **kwargs):
        self._make_admission = admission
        super().__init__("GET", "/", **kwargs)

    def setup(self):
        super().setup()
        make = self._make_admission
        self._admit = make(self.container.config["settings"]) if make else lambda _request: nullcontext()

    def handle_request(self, request):
        with self._admit(request) as refusal:
            return super().handle_request(request) if refusal is None else refusal

    def get_entrypoint_parameters(self, request):
        return (request,), {}


serve = Site.decorator
