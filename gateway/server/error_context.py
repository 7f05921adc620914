"""The request context of an error: its page stands in the shell of whoever is signed in, and carries an impersonation's
banner. What an impersonator is refused is noted in the log."""

from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem
from chassis.logs import get_logger
from chassis.permissions import Access
from chassis.rpc.client import Calls
from chassis.settings import Settings
from gateway.http import cookies
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext
from gateway.http.routing import ADMIN, API_PREFIX, PORTAL, Route

_NOWHERE = {
    origin: Route("GET", "", access, origin, "page", lambda ctx: None, 0, None)
    for origin, access in ((ADMIN, Access.SIGNED_IN), (PORTAL, Access.IN_PORTAL))
}
log = get_logger(__name__)


def error_context(
    request: Request, ctx: RequestContext | None, problem: ServiceProblem, calls: Calls, settings: Settings
) -> RequestContext | None:
    """The request context that the page of an error is rendered with, identified where somebody is signed in, also where
    no route matched.

    During an impersonation an attempt at the admin, or at what only the client itself may do, is noted in the log.
    """
    ctx = ctx or _context_of_nowhere(request, calls, settings)
    if ctx is None or ctx.credential is None or problem.code == "unauthenticated" or is_away(problem):
        return ctx
    if request.path.startswith(API_PREFIX) and not ctx.in_impersonation:
        return ctx
    try:
        ctx.identify()
    except ServiceProblem as refusal:
        log.info("the page of an error is rendered for nobody", code=refusal.code)
    what = _attempt(request, problem) if ctx.in_impersonation else None
    if ctx.principal is not None and what is not None:
        _note(ctx, what)
    return ctx


def _context_of_nowhere(request: Request, calls: Calls, settings: Settings) -> RequestContext | None:
    """The context of a request that no route matches, on an origin of ours and with a credential that can be read."""
    route = _NOWHERE.get(cookies.origin_of(request, settings))
    try:
        ctx = route and RequestContext(request, route, calls, settings)
    except ServiceProblem:
        return None
    return ctx if ctx and ctx.credential else None


def _attempt(request: Request, problem: ServiceProblem) -> str | None:
    if problem.code == "impersonation-denied":
        return problem.extra.get("permission")
    return "admin" if problem.status == 404 and request.path.startswith(("/admin", "/api/")) else None


def _note(ctx: RequestContext, what: str) -> None:
    try:
        ctx.call("clients.note_refusal", what=what, writes=True)
    except ServiceProblem as problem:
        log.warning("a refusal during an impersonation could not be noted", what=what, code=problem.code)
