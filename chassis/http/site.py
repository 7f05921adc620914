"""A whole Werkzeug application mounted in Nameko: one URL map for pages and JSON, each request a worker with
dependencies.

class Gateway:
    @serve
    def site(self, request): return self.application.respond(request)
"""

import socket
import time
from contextlib import closing, nullcontext, suppress
from functools import partial

from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import STATE_IDLE, WebServer
from werkzeug.wrappers import Response

from chassis import green
from chassis.http.body import BodyWanted, SiteRequest
from chassis.http.connections import Connections
from chassis.http.protocol import MAX_URL, StrictProtocol
from chassis.http.proxies import behind
from chassis.logs import get_logger

SOCKET_SECONDS = 30
ACCEPT_SECONDS = 0.1

log = get_logger(__name__)


class AdmitAll:
    """Admission of a site that names none: everybody comes in, and refusals are plain text."""

    def __init__(self, settings):
        pass

    def __call__(self, request: SiteRequest):
        """The block of one request; gives the response of refusal, or None."""
        return nullcontext()

    def refuse(self, request: SiteRequest, status: int, sentence: str) -> Response:
        """The response to a head that cannot be taken."""
        return Response(f"{sentence}\n", status=status, mimetype="text/plain")


class _SiteServer(WebServer):
    def get_wsgi_app(self):
        @SiteRequest.application
        def application(request):
            return self._site().handle_request(request)

        return behind(self.container.config["settings"].trusted_proxies, application)

    def get_wsgi_server(self, sock, wsgi_app, protocol=StrictProtocol, debug=False):
        # A page beyond the write buffer leaves in two writes. The connections inherit this from the listening socket;
        # without it the second write waits for the peer's delayed ACK of the first, 40 ms.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = green.WsgiServer(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=protocol,
            debug=debug,
            log=log,
            log_output=False,
            socket_timeout=SOCKET_SECONDS,
            url_length_limit=2 * MAX_URL,  # the protocol has its own
        )
        server.connections = Connections(self.container.config["settings"].trusted_proxies)
        server.refuse = self._site().refuse_head
        return server

    def run(self):
        while self._is_accepting:
            try:
                sock, address = self._sock.accept()
            except OSError as error:  # the peer is gone already, or no descriptor is left
                log.warning("a connection could not be accepted", error=str(error))
                time.sleep(ACCEPT_SECONDS)
                continue
            sock.settimeout(SOCKET_SECONDS)
            self.container.spawn_managed_thread(partial(self.process_request, sock, address))

    def process_request(self, sock, address):
        with closing(sock), self._serv.connections.admit(sock, address[0]) as connection, suppress(OSError):
            if connection is not None:
                self._serv.process_request([address, sock, STATE_IDLE, connection])

    def _site(self) -> "Site":
        (site,) = self._providers
        return site


class Site(HttpRequestHandler):
    """The entrypoint behind `@serve`: every method, every path.

    `@serve(Admission)`: `Admission(settings)(request)` is a block around each request, which gives a response of refusal
    or None, and its `refuse(request, status, sentence)` the response to a head that cannot be taken.
    """

    server = _SiteServer()

    def __init__(self, admission=AdmitAll, **kwargs):
        self._make_admission = admission
        super().__init__("GET", "/", **kwargs)

    def setup(self):
        super().setup()
        self._admission = self._make_admission(self.container.config["settings"])

    def handle_request(self, request):
        if not request.is_large:
            request.receive()
        response = self._work(request)
        if isinstance(response, BodyWanted):
            request.receive()
            response = self._work(request)
        return response

    def refuse_head(self, environ: dict, status: int, sentence: str) -> Response:
        """The response to a head that cannot be taken."""
        return self._admission.refuse(SiteRequest(environ), status, sentence)

    def _work(self, request):
        with self._admission(request) as refusal:
            return super().handle_request(request) if refusal is None else refusal

    def get_entrypoint_parameters(self, request):
        return (request,), {}


serve = Site.decorator
