"""Rates of requests: each API token is held to its own, each address to its own for what comes without a credential, and
each answer of the API says how much is left, as draft-ietf-httpapi-ratelimit-headers has it.
"""

from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem
from chassis.rate_limits import LIMITS, Meter, most_of
from chassis.settings import Settings
from gateway.http import cookies
from gateway.http.context import RequestContext
from gateway.http.routing import API_PREFIX

OF_ADDRESS, OF_TOKEN, WRITES_OF_TOKEN = "requests-of-address", "requests-of-token", "writes-of-token"


class RequestRates:
    """Counts the requests that this process was sent. A session has no rate."""

    def __init__(self, settings: Settings):
        self._settings, self._meter = settings, Meter()

    def count(self, ctx: RequestContext) -> None:
        """Count a request; raises `too-many-requests` when a limit of its token or its address is reached."""
        names, key = self._limits_of(ctx.request)
        for name in names:
            if name != WRITES_OF_TOKEN or ctx.writes:
                self._meter.take(name, key)

    def report(self, request: Request, response: Response) -> None:
        """Let an answer of the API say what its token or address may do, and how much of it is left."""
        if not request.path.startswith(API_PREFIX):
            return
        names, key = self._limits_of(request)
        left = {name: self._meter.left(name, key) for name in names}
        if left:
            response.headers["RateLimit-Policy"] = ", ".join(
                f'"{name}";q={most_of(name)};w={LIMITS[name].seconds}' for name in left
            )
            response.headers["RateLimit"] = ", ".join(
                f'"{name}";r={more};t={rest}' for name, (more, rest) in left.items()
            )

    def _limits_of(self, request: Request) -> tuple[tuple[str, ...], str]:
        """The limits that a request is held to, and the key that it counts for."""
        try:
            credential = cookies.credential_of(request, self._settings)
        except ServiceProblem:
            credential = None
        if credential is None:
            return (OF_ADDRESS,), request.remote_addr or ""
        return ((OF_TOKEN, WRITES_OF_TOKEN) if credential.kind == "token" else ()), credential.hash
