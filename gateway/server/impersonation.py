"""Login as Client, as every answer has to know of it: the banner also stands on errors, and what is refused is in the
log."""

from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem
from chassis.logs import get_logger
from chassis.permissions import Access
from chassis.rpc.client import Calls
from chassis.settings import Settings
from gateway.http import cookies
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext
from gateway.http.routing import PORTAL, Route

ENDED = {
    "returned-to-admin": "Returned to admin",
    "ended-by-staff": "Ended by staff",
    "tab-closed": "The tab was closed",
    "idle": "Unused for 10 minutes",
    "limit": "The time was up",
    "started-another": "Another login was started",
    "staff-disabled": "The staff account was disabled",
    "permission-lost": "The permission was taken away",
    "signed-out": "Signed out of the admin",
    "token-revoked": "The API token was revoked",
    "contact-inactive": "The contact is no longer active",
    "client-inactive": "The client was made inactive",
    "handoff-expired": "The portal was never entered",
}
"""Why a login as a client is over, as the pages say it."""

_NOWHERE = Route("GET", "", Access.IN_PORTAL, PORTAL, "page", lambda ctx: None, 0, None)
log = get_logger(__name__)


def watched(
    request: Request, ctx: RequestContext | None, problem: ServiceProblem, calls: Calls, settings: Settings
) -> RequestContext | None:
    """The turn that a refusal's page is drawn for.

    During an impersonation it knows whose it is, also where there is no such address; and the log was told of an
    attempt at what only the client itself may do, or at the admin.
    """
    if (
        ctx is None
        and cookies.origin_of(request, settings) == PORTAL
        and cookies.impersonation_cookie(settings) in request.cookies
    ):
        ctx = RequestContext(request, _NOWHERE, calls, settings)
    if not in_impersonation(ctx) or problem.code == "unauthenticated" or is_away(problem):
        return ctx
    try:
        ctx.identify()
    except ServiceProblem as refusal:
        log.info("a refusal during an impersonation", code=refusal.code)
    what = _attempt(request, problem)
    if ctx.principal is not None and what is not None:
        _note(ctx, what)
    return ctx


def in_impersonation(ctx: RequestContext | None) -> bool:
    """Whether the request came by the cookie of an impersonation."""
    return ctx is not None and ctx.credential is not None and ctx.credential.kind == "impersonation"


def _attempt(request: Request, problem: ServiceProblem) -> str | None:
    if problem.code == "impersonation-denied":
        return problem.extra.get("permission")
    return "admin" if problem.status == 404 and request.path.startswith(("/admin", "/api/")) else None


def _note(ctx: RequestContext, what: str) -> None:
    try:
        ctx.call("clients.note_refusal", what=what, writes=True)
    except ServiceProblem as problem:
        log.warning("a refusal during an impersonation could not be noted", what=what, code=problem.code)
