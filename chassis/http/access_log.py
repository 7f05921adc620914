"""Access log: a line and a measurement for each request, with its ids, and nothing that says who a person is.

The path is left out: it may hold a secret or a name. The route stands for it, as the application leaves it in the request's
environment (ROUTE, beside INTERFACE and PRINCIPAL).
"""

import time
import uuid

from prometheus_client import Gauge, Histogram
from werkzeug.wrappers import Request, Response

from chassis import spans
from chassis.logs import bind_request, get_logger
from chassis.tracing import Trace, trace_of_request

REQUEST_ID, TRACE = "commerce.request_id", "commerce.trace"
INTERFACE, ROUTE, PRINCIPAL = "commerce.interface", "commerce.route", "commerce.principal"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NONE = "none"

SECONDS = Histogram(
    "commerce_http_request_seconds",
    "Time from a request's head to its answer's",
    ["interface", "method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
OPEN = Gauge("commerce_http_requests_open", "Requests that are being answered")

log = get_logger(__name__)


def request_id(request: Request) -> str:
    """The id of this request: one for each, never the client's own."""
    known = request.environ.get(REQUEST_ID)
    if known is None:
        known = request.environ[REQUEST_ID] = str(uuid.uuid4())
    return known


def trace_of(request: Request) -> Trace:
    """The trace of this request."""
    known = request.environ.get(TRACE)
    if known is None:
        known = request.environ[TRACE] = trace_of_request(request.headers)
    return known


class Recorded:
    """The block of one request: its ids are on each record that is logged inside; `answer` ends it with its line."""

    def __init__(self, request: Request):
        self._request = request

    def __enter__(self) -> "Recorded":
        bind_request(request_id(self._request), trace_of(self._request))
        self._began = time.perf_counter()
        OPEN.inc()
        return self

    def __exit__(self, *_exc_info) -> None:
        OPEN.dec()

    def answer(self, response: Response) -> Response:
        """Log and measure `response`; returns it."""
        request, environ = self._request, self._request.environ
        seconds = time.perf_counter() - self._began
        about = {
            "interface": environ.get(INTERFACE, NONE),
            "method": request.method if request.method in METHODS else NONE,
            "route": environ.get(ROUTE, NONE),
            "status": response.status_code,
        }
        SECONDS.labels(**about).observe(seconds)
        log.info("request", **about, seconds=round(seconds, 4), principal=environ.get(PRINCIPAL))
        spans.record_request(trace_of(request), about, seconds)
        return response
