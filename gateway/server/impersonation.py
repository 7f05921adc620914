"""Impersonation on error responses: their pages carry its banner, and what an impersonator is refused is noted in the log."""

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

_NOWHERE = Route("GET", "", Access.IN_PORTAL, PORTAL, "page", lambda ctx: None, 0, None)
log = get_logger(__name__)


def error_context(
    request: Request, ctx: RequestContext | None, problem: ServiceProblem, calls: Calls, settings: Settings
) -> RequestContext | None:
    """The request context that the page of an error is rendered with.

    During an impersonation it is identified, also where no route matched; and an attempt at the admin, or at what only
    the client itself may do, is noted in the log.
    """
    if (
        ctx is None
        and cookies.origin_of(request, settings) == PORTAL
        and cookies.impersonation_cookie(settings) in request.cookies
    ):
        ctx = RequestContext(request, _NOWHERE, calls, settings)
    if ctx is None or not ctx.in_impersonation or problem.code == "unauthenticated" or is_away(problem):
        return ctx
    try:
        ctx.identify()
    except ServiceProblem as refusal:
        log.info("a refusal during an impersonation", code=refusal.code)
    what = _attempt(request, problem)
    if ctx.principal is not None and what is not None:
        _note(ctx, what)
    return ctx


def _attempt(request: Request, problem: ServiceProblem) -> str | None:
    if problem.code == "impersonation-denied":
        return problem.extra.get("permission")
    return "admin" if problem.status == 404 and request.path.startswith(("/admin", "/api/")) else None


def _note(ctx: RequestContext, what: str) -> None:
    try:
        ctx.call("clients.note_refusal", what=what, writes=True)
    except ServiceProblem as problem:
        log.warning("a refusal during an impersonation could not be noted", what=what, code=problem.code)
