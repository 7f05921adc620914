"""The second step of signing in to the portal: a code of the second factor."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from gateway import sessions
from gateway.answers import as_page
from gateway.pages.portal_sign_in import LOGIN, portal_path, portal_signed_in, user_agent
from gateway.pages.sign_in import forget_session
from gateway.routing import PORTAL, page
from gateway.turn import Turn


@page(f"{LOGIN}/code", access=Access.PUBLIC, origin=PORTAL)
def portal_code_form(turn: Turn) -> Response:
    """The form for the code; without a step that is alive, the sign-in again."""
    sessions.offer_form_secret(turn.request, turn.settings)
    return _form(turn, portal_path(turn.request.args.get("next")), None)


@page(f"{LOGIN}/code", access=Access.PUBLIC, method="POST", origin=PORTAL)
def check_portal_code(turn: Turn) -> Response:
    """Check the code; a good one starts the session."""
    form = turn.request.form
    target = portal_path(form.get("next"))
    forget_session(turn)
    try:
        session = turn.call("clients.finish_portal_sign_in", step=_step(turn), code=form.get("code", "").strip(),
                            user_agent=user_agent(turn))
    except ServiceProblem as problem:
        if problem.code not in ("validation", "too-many-requests", "unauthenticated"):
            raise
        return _refused(turn, target, problem)
    return portal_signed_in(turn, session, target)


def _form(turn: Turn, target: str, error: str | None, status: int = 200) -> Response:
    forget_session(turn)
    try:
        turn.call("clients.portal_sign_in_step", step=_step(turn), writes=False)
    except ServiceProblem as problem:
        if problem.code not in ("unauthenticated", "validation"):
            raise
        return _over(turn, target, problem)
    return as_page(turn, "login_code.html", status, next=target, error=error, enrol=None, qr=None, login=LOGIN)


def _refused(turn: Turn, target: str, problem: ServiceProblem) -> Response:
    if problem.code == "unauthenticated":
        return _over(turn, target, problem)
    empty = not turn.request.form.get("code", "").strip()
    said = "Type the code." if empty else problem.errors[0]["message"] if problem.errors else problem.detail
    response = _form(turn, target, said, problem.status if problem.status == 429 else 401)
    response.headers["Retry-After"] = str(problem.extra.get("retry_after", 1))
    return response


def _over(turn: Turn, target: str, problem: ServiceProblem) -> Response:
    return as_page(turn, "portal/login.html", 401, email="", next=target, error=problem.detail)


def _step(turn: Turn) -> str:
    return turn.request.cookies.get(sessions.step_cookie(turn.settings), "")
