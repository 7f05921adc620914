"""Refusals in the log: a line for each answer of 401, 403 and 429, which names nobody.

Route, status, reason and the request's id say what was tried, the principal's id who tried it where that is known. The
address stands there as a keyed hash: the lines of one address belong together, and nobody reads the address from them.
"""

import hashlib
import hmac
import secrets

from werkzeug.wrappers import Request

from chassis.logs import get_logger
from chassis.settings import Settings
from gateway.http.context import RequestContext

REFUSED = (401, 403, 429)

log = get_logger(__name__)


class RefusalLog:
    """Writes the lines. The key of the addresses' hash comes from the process' signing key, so that all replicas share
    it."""

    def __init__(self, settings: Settings):
        secret = settings.signing_key_file.read_bytes() if settings.signing_key_file else secrets.token_bytes(32)
        self._key = hashlib.sha256(b"addresses of refusals" + secret).digest()

    def __call__(self, request: Request, ctx: RequestContext | None, status: int, reason: str | None) -> None:
        """Write the line where `status` is a refusal's. `reason` is a problem's code."""
        if status in REFUSED:
            log.warning(
                "request refused",
                method=request.method,
                route=ctx and ctx.route.path,
                status=status,
                reason=reason,
                principal=ctx.caller.id if ctx and ctx.principal else None,
                address=hmac.new(self._key, (request.remote_addr or "").encode(), hashlib.sha256).hexdigest()[:16],
            )
