"""Admission control: a limit of concurrent requests in all and for each principal; the next one waits a little, then is
refused.

Without it one program, or one page reloaded while a service hangs, could take every worker, and all others would wait
behind it for as long as there are connections.
"""

import time
from collections import OrderedDict
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

SHARE = 2  # one principal has this part of the workers at most
WAIT_SECONDS = 2.0
KNOWN_SECONDS = 60.0
MOST_KNOWN = 10_000

BUSY = ServiceProblem(
    "unavailable", "There is more to do than can be done at once. Nothing was done.", what="The server"
)
TOO_MANY = ServiceProblem("too-many-requests", "You have too many requests open at once. Nothing was done.")


class Admission:
    """Admits one request for each worker, and `each` at most of a principal. One that waits WAIT_SECONDS in vain is
    refused."""

    def __init__(self, settings: Settings):
        self.each = max(1, settings.max_workers // SHARE)
        self._settings, self._known, self._log_refusal = settings, KnownPrincipals(), RefusalLog(settings)
        self._of_one, self._of_all = KeyedSemaphore(self.each), KeyedSemaphore(settings.max_workers)

    @contextmanager
    def __call__(self, request: Request) -> Iterator[Response | None]:
        """Admit `request` while the block lasts; gives the response of refusal when there was no room."""
        credential = self._credential_hash(request)
        key = self._known.get(credential) or f"address {request.remote_addr}"
        with ExitStack() as taken:
            problem = self._take(key, taken)
            yield problem and self._respond(request, problem)
        self._known.add(credential, request.environ.get("commerce.principal"))

    def refuse(self, request: Request, status: int, sentence: str) -> Response:
        """The response to a head that cannot be taken: for programs a problem, for people a page."""
        return self._respond(request, problems.of_status(status, sentence))

    def _take(self, key: str, taken: ExitStack) -> ServiceProblem | None:
        until = time.monotonic() + WAIT_SECONDS
        for limit, name, problem in ((self._of_one, key, TOO_MANY), (self._of_all, "", BUSY)):
            if not limit.acquire(name, until - time.monotonic()):
                return problem
            taken.callback(limit.release, name)
        return None

    def _respond(self, request: Request, problem: ServiceProblem) -> Response:
        self._log_refusal(request, None, problem.status, problem.code)
        return set_response_headers(request, problems.respond(request, None, problem), self._settings)

    def _credential_hash(self, request: Request) -> str | None:
        try:
            credential = cookies.credential_of(request, self._settings)
        except ServiceProblem:
            return None
        return credential and credential.hash


class KnownPrincipals:
    """Whose a session or token was when it was last verified, KNOWN_SECONDS ago at most.

    Only such a one has places of its own; whatever else is sent counts for the address that it comes from.
    """

    def __init__(self):
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def get(self, credential: str | None) -> str | None:
        """The principal behind a credential's hash, or None."""
        principal, until = self._known.get(credential, (None, 0.0))
        return principal if time.monotonic() < until else None

    def add(self, credential: str | None, principal: str | None) -> None:
        """Keep that `credential` was verified just now, and that it is `principal`'s."""
        if credential is None or principal is None:
            return
        self._known[credential] = principal, time.monotonic() + KNOWN_SECONDS
        self._known.move_to_end(credential)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
