"""Admission control: a limit of concurrent requests in all and for each principal; the next one waits a little, then is
refused.

Without it one program, or one page reloaded while a service hangs, could take every worker, and all others would wait
behind it for as long as there are connections.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem
from chassis.limits import KeyedSemaphore
from chassis.settings import Settings
from gateway.http import cookies
from gateway.server import problems
from gateway.server.refusals import RefusalLog
from gateway.server.response_headers import set_response_headers

EACH = 32  # requests of one principal that are worked on or wait for a worker
WAIT_SECONDS = 2.0

BUSY = ServiceProblem(
    "unavailable", "There is more to do than can be done at once. Nothing was done.", what="The server"
)
TOO_MANY = ServiceProblem("too-many-requests", "You have too many requests open at once. Nothing was done.")


class Admission:
    """Admits one request for each worker, and EACH at most of a principal. One that waits WAIT_SECONDS in vain is
    refused."""

    def __init__(self, settings: Settings):
        self._settings, self._log_refusal = settings, RefusalLog(settings)
        self._of_one, self._of_all = KeyedSemaphore(EACH), KeyedSemaphore(settings.max_workers)

    @contextmanager
    def __call__(self, request: Request) -> Iterator[Response | None]:
        """Admit `request` while the block lasts; gives the response of refusal when there was no room."""
        with ExitStack() as taken:
            problem = self._take(request, taken)
            yield problem and self._refuse(request, problem)

    def _take(self, request: Request, taken: ExitStack) -> ServiceProblem | None:
        until = time.monotonic() + WAIT_SECONDS
        for limit, key, problem in ((self._of_one, self._principal(request), TOO_MANY), (self._of_all, "", BUSY)):
            if not limit.acquire(key, until - time.monotonic()):
                return problem
            taken.callback(limit.release, key)
        return None

    def _refuse(self, request: Request, problem: ServiceProblem) -> Response:
        self._log_refusal(request, None, problem.status, problem.code)
        return set_response_headers(request, problems.respond(request, None, problem), self._settings)

    def _principal(self, request: Request) -> str:
        """The principal, unverified: the session or token of the request, else the address that it comes from."""
        try:
            credential = cookies.credential_of(request, self._settings)
        except ServiceProblem:
            credential = None
        return f"{credential.kind} {credential.hash}" if credential else f"address {request.remote_addr}"
