"""The second step of signing in: a code of the second factor, and its setting up where it is asked for and missing."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from gateway import sessions
from gateway.answers import as_page
from gateway.pages.sign_in import START, forget_session, signed_in
from gateway.qr import drawn
from gateway.routing import page
from gateway.turn import Turn


@page("/admin/login/code", access=Access.PUBLIC)
def code_form(turn: Turn) -> Response:
    """The form for the code; without a step that is alive, the sign-in again."""
    sessions.offer_form_secret(turn.request, turn.settings)
    return _form(turn, sessions.own_path(turn.request.args.get("next"), START), None)


@page("/admin/login/code", access=Access.PUBLIC, method="POST")
def check_code(turn: Turn) -> Response:
    """Check the code; a good one starts the session. After a setting up the backup codes are shown, this once."""
    form = turn.request.form
    target = sessions.own_path(form.get("next"), START)
    forget_session(turn)
    try:
        session = turn.call("clients.finish_sign_in", step=_step(turn), code=form.get("code", "").strip(),
                            user_agent=turn.request.headers.get("User-Agent", "")[:300])
    except ServiceProblem as problem:
        if problem.code not in ("validation", "too-many-requests", "unauthenticated"):
            raise
        return _refused(turn, target, problem)
    if not session["backup_codes"]:
        return signed_in(turn, session, target)
    response = as_page(turn, "profile/codes.html", codes=session["backup_codes"], back=target)
    sessions.start_session(response, session["token"], turn.settings)
    return response


def _form(turn: Turn, target: str, error: str | None, status: int = 200) -> Response:
    forget_session(turn)
    try:
        enrol = turn.call("clients.sign_in_step", step=_step(turn), writes=False)["enrol"]
    except ServiceProblem as problem:
        if problem.code not in ("unauthenticated", "validation"):
            raise
        return _over(turn, target, problem)
    qr = enrol and drawn(enrol["uri"])
    return as_page(turn, "login_code.html", status, next=target, error=error, enrol=enrol, qr=qr, login="/admin/login")


def _refused(turn: Turn, target: str, problem: ServiceProblem) -> Response:
    if problem.code == "unauthenticated":
        return _over(turn, target, problem)
    empty = not turn.request.form.get("code", "").strip()
    said = "Type the code." if empty else problem.errors[0]["message"] if problem.errors else problem.detail
    response = _form(turn, target, said, problem.status if problem.status == 429 else 401)
    response.headers["Retry-After"] = str(problem.extra.get("retry_after", 1))
    return response


def _over(turn: Turn, target: str, problem: ServiceProblem) -> Response:
    return as_page(turn, "login.html", 401, email="", next=target, error=problem.detail)


def _step(turn: Turn) -> str:
    return turn.request.cookies.get(sessions.step_cookie(turn.settings), "")
