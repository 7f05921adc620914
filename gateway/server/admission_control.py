"""Admission control: a limit of concurrent requests in all and for each principal; the next one waits a little, then is
refused, at once where its turn would not come in time.

Without it one program, or one page reloaded while a service hangs, could take every worker, and all others would wait
behind it for as long as there are connections. How many in all is found out: as many as are answered in TARGET_SECONDS
when processors are short, since pages that are begun and not ended in time cost the work of those that would be.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem
from chassis.http.access_log import PRINCIPAL
from chassis.limits import AdaptiveLimit, KeyedSemaphore
from chassis.loop_lag import recent_lag
from chassis.settings import Settings
from gateway.http import cookies
from gateway.http.context import TIMED
from gateway.server import problems
from gateway.server.refusals import RefusalLog
from gateway.server.response_headers import set_response_headers

SHARE = 2  # one principal has this part of the workers at most
WAIT_SECONDS = 2.0
TARGET_SECONDS = 0.5  # for a page: a third of what it may take (gateway/http/context.py)
BUSY_SECONDS = 0.05  # the event loop's lag when hardly any of the processor is left
LEAST = 2
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
        self._of_one = KeyedSemaphore(self.each)
        self._of_all = AdaptiveLimit(settings.max_workers, least=LEAST, target=TARGET_SECONDS)

    @contextmanager
    def __call__(self, request: Request) -> Iterator[Response | None]:
        """Admit `request` while the block lasts; gives the response of refusal when there was no room."""
        credential = self._credential_hash(request)
        key = self._known.get(credential) or f"address {request.remote_addr}"
        with ExitStack() as taken:
            problem = self._take(request, key, taken)
            yield problem and self._respond(request, problem)
        self._known.add(credential, request.environ.get(PRINCIPAL))

    def refuse(self, request: Request, status: int, sentence: str) -> Response:
        """The response to a head that cannot be taken: for programs a problem, for people a page."""
        return self._respond(request, problems.of_status(status, sentence))

    def _take(self, request: Request, key: str, taken: ExitStack) -> ServiceProblem | None:
        until = time.monotonic() + WAIT_SECONDS
        if not self._of_one.acquire(key, until - time.monotonic()):
            return TOO_MANY
        taken.callback(self._of_one.release, key)
        if not self._of_all.acquire(until - time.monotonic()):
            return BUSY
        taken.callback(self._leave, request, time.monotonic())
        return None

    def _leave(self, request: Request, began: float) -> None:
        """Give the place back. Only a page that all services have answered for says how much can be done."""
        seconds = time.monotonic() - began if request.environ.get(TIMED) else None
        self._of_all.release(seconds, busy=recent_lag() > BUSY_SECONDS)

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
