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

from nameko.exceptions import ContainerBeingKilled
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import STATE_IDLE, WebServer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from chassis import green
from chassis.http.access_log import Recorded
from chassis.http.body import BodyWanted, SiteRequest
from chassis.http.connections import Connections
from chassis.http.protocol import MAX_URL, StrictProtocol
from chassis.http.proxies import behind
from chassis.logs import get_logger

SOCKET_SECONDS = 30
ACCEPT_SECONDS = 0.1
DRAIN_SECONDS = 8.5  # for the answers that are due; the process ends soon after
QUIET_SECONDS = 1.0  # how long a connection that idles may bring one more request, which is told to go elsewhere
STOPPING = "This process is stopping. Nothing was done."

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
        headers = {"Retry-After": "2"} if status == 503 else {}
        return Response(f"{sentence}\n", status=status, mimetype="text/plain", headers=headers)


class _SiteServer(WebServer):
    def start(self):
        if not self._starting:
            self._starting = True
            self._sock = green.listen(self.bind_addr, self.container.config["settings"].http_fd)
            self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
            self._gt = self.container.spawn_managed_thread(self.run)

    def drain(self) -> None:
        """Accept no more connections, and answer what came on those that are open: DRAIN_SECONDS at most. The last answer
        on each says that it closes; one that brings nothing for QUIET_SECONDS is closed."""
        if self._serv is None:  # told to end before it has started
            return
        self._serv.draining = True
        self._stop_accepting()
        began = time.monotonic()
        while self._serv.connections.any_open and (passed := time.monotonic() - began) < DRAIN_SECONDS:
            if passed > QUIET_SECONDS:
                self._serv.connections.end_idle()
            time.sleep(ACCEPT_SECONDS / 2)

    def _stop_accepting(self) -> None:
        """Close the listening socket without losing who waits in it: on one of our own they are accepted first, on one that
        others hold too they wait on."""
        self._is_accepting = False
        self._gt.kill()
        if self.container.config["settings"].http_fd is None:
            for sock, address in green.waiting_connections(self._sock):
                self._serve(sock, address)
        self._sock.close()

    def get_wsgi_app(self):
        site = self._site()

        @SiteRequest.application
        def application(request):
            return site.answer(request)

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
        server.refuse, server.draining = self._site().refuse_head, False
        return server

    def run(self):
        while self._is_accepting:
            try:
                sock, address = self._sock.accept()
            except OSError as error:  # the peer is gone already, or no descriptor is left
                log.warning("a connection could not be accepted", error=str(error))
                time.sleep(ACCEPT_SECONDS)
                continue
            self._serve(sock, address)

    def _serve(self, sock, address) -> None:
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

    def stop(self):
        self.server.drain()
        super().stop()

    def answer(self, request: SiteRequest) -> Response:
        """The response to `request`, whatever becomes of it, with its line in the log."""
        with Recorded(request) as recorded:
            try:
                response = self.handle_request(request)
            except ContainerBeingKilled:
                response = self._admission.refuse(request, 503, STOPPING)
            except HTTPException as error:
                response = self._admission.refuse(request, error.code or 500, error.description or "")
            except Exception as error:
                log.error("request failed outside of the application", exc_info=error)
                response = self._admission.refuse(request, 500, "")
            return recorded.answer(response)

    def response_from_exception(self, exc):
        raise exc

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
        request = SiteRequest(environ)
        with Recorded(request) as recorded:
            return recorded.answer(self._admission.refuse(request, status, sentence))

    def _work(self, request):
        with self._admission(request) as refusal:
            return super().handle_request(request) if refusal is None else refusal

    def get_entrypoint_parameters(self, request):
        return (request,), {}


serve = Site.decorator
