"""Login as Client, as every answer has to know of it: the banner also stands on errors, and what is refused is in the log."""

from werkzeug.wrappers import Request

from chassis.calls import Calls
from chassis.errors import ServiceProblem
from chassis.log import get_logger
from chassis.permissions import Access
from chassis.settings import Settings
from gateway import sessions
from gateway.compose import is_away
from gateway.routing import PORTAL, Route
from gateway.turn import Turn

ENDED = {
    "returned-to-admin": "Returned to admin", "ended-by-staff": "Ended by staff", "tab-closed": "The tab was closed",
    "idle": "Unused for 10 minutes", "limit": "The time was up", "started-another": "Another login was started",
    "staff-disabled": "The staff account was disabled", "permission-lost": "The permission was taken away",
    "signed-out": "Signed out of the admin", "token-revoked": "The API token was revoked",
    "contact-inactive": "The contact is no longer active", "client-inactive": "The client was made inactive",
    "handoff-expired": "The portal was never entered",
}
"""Why a login as a client is over, as the pages say it."""

_NOWHERE = Route("GET", "", Access.IN_PORTAL, PORTAL, "page", lambda turn: None, 0, None)
log = get_logger(__name__)


def watched(request: Request, turn: Turn | None, problem: ServiceProblem, calls: Calls, settings: Settings) -> Turn | None:
    """The turn that a refusal's page is drawn for.

    During a visit it knows whose it is, also where there is no such address; and the log was told of an attempt at what only
    the client itself may do, or at the admin.
    """
    if turn is None and sessions.origin_of(request, settings) == PORTAL and sessions.visit_cookie(settings) in request.cookies:
        turn = Turn(request, _NOWHERE, calls, settings)
    if not in_visit(turn) or problem.code == "unauthenticated" or is_away(problem):
        return turn
    try:
        turn.identify()
    except ServiceProblem as refusal:
        log.info("a refusal during a visit", code=refusal.code)
    what = _attempt(request, problem)
    if turn.principal is not None and what is not None:
        _note(turn, what)
    return turn


def in_visit(turn: Turn | None) -> bool:
    """Whether the request came by the cookie of a visit."""
    return turn is not None and turn.credential is not None and turn.credential.kind == "visit"


def _attempt(request: Request, problem: ServiceProblem) -> str | None:
    if problem.code == "impersonation-denied":
        return problem.extra.get("permission")
    return "admin" if problem.status == 404 and request.path.startswith(("/admin", "/api/")) else None


def _note(turn: Turn, what: str) -> None:
    try:
        turn.call("clients.note_refusal", what=what, writes=True)
    except ServiceProblem as problem:
        log.warning("a refusal during a visit could not be noted", what=what, code=problem.code)
