"""Signing in, of staff and contacts alike: email and password, then a code where a second factor is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway import sessions
from gateway.answers import as_page
from gateway.qr import drawn
from gateway.turn import Turn

REFUSED = ("unauthenticated", "validation", "too-many-requests", "csrf")


@dataclass(frozen=True)
class WayIn:
    """One of the two: its address and its page, the doors of the clients service behind it, and where it leads.

    `path(next)` is where it leads to, `signed_in(turn, session, target)` the answer to who has signed in.
    """

    login: str
    template: str
    session: str
    sign_in: str
    step: str
    finish: str
    path: Callable[[str | None], str]
    signed_in: Callable[[Turn, dict, str], Response]


def check_password(turn: Turn, way: WayIn) -> Response:
    """Check email and password: the session, or its half and the way to the second step."""
    form, target = turn.request.form, way.path(turn.request.form.get("next"))
    turn.forget_caller()
    try:
        session = turn.call(f"clients.{way.sign_in}", email=form.get("email", ""), password=form.get("password", ""),
                            user_agent=turn.browser)
    except ServiceProblem as problem:
        if problem.code not in REFUSED:
            raise
        return _wait(problem, as_page(turn, way.template, _status(problem), email=form.get("email", ""),
                                      next=form.get("next", ""), error=problem.detail or "Email or password is wrong."))
    if "step" not in session:
        return way.signed_in(turn, session, target)
    response = redirect(f"{way.login}/code?{urlencode({'next': target})}", 303)
    sessions.start_step(response, session["step"], turn.settings, way.session)
    return response


def code_form(turn: Turn, way: WayIn) -> Response:
    """The form for the code; without a step that is alive, the sign-in again."""
    sessions.offer_form_secret(turn.request, turn.settings)
    return _code_form(turn, way, way.path(turn.request.args.get("next")), None)


def check_code(turn: Turn, way: WayIn) -> Response:
    """Check the code; a good one starts the session. After a setting up the backup codes are shown, this once."""
    code, target = turn.request.form.get("code", "").strip(), way.path(turn.request.form.get("next"))
    turn.forget_caller()
    try:
        session = turn.call(f"clients.{way.finish}", step=_step(turn), code=code, user_agent=turn.browser)
    except ServiceProblem as problem:
        if problem.code not in REFUSED:
            raise
        return _code_refused(turn, way, target, problem, code)
    if not session.get("backup_codes"):
        return way.signed_in(turn, session, target)
    response = as_page(turn, "profile/codes.html", codes=session["backup_codes"], back=target)
    sessions.start_session(response, session["token"], turn.settings)
    return response


def _code_form(turn: Turn, way: WayIn, target: str, error: str | None, status: int = 200) -> Response:
    turn.forget_caller()
    try:
        enrol = turn.call(f"clients.{way.step}", step=_step(turn), writes=False).get("enrol")
    except ServiceProblem as problem:
        if problem.code not in ("unauthenticated", "validation"):
            raise
        return _over(turn, way, target, problem)
    return as_page(turn, "login_code.html", status, next=target, error=error, enrol=enrol, qr=enrol and drawn(enrol["uri"]),
                   login=way.login)


def _code_refused(turn: Turn, way: WayIn, target: str, problem: ServiceProblem, code: str) -> Response:
    if problem.code == "unauthenticated":
        return _over(turn, way, target, problem)
    said = problem.errors[0]["message"] if problem.errors else problem.detail
    return _wait(problem, _code_form(turn, way, target, said if code else "Type the code.", _status(problem)))


def _over(turn: Turn, way: WayIn, target: str, problem: ServiceProblem) -> Response:
    return as_page(turn, way.template, 401, email="", next=target, error=problem.detail)


def _step(turn: Turn) -> str:
    return turn.request.cookies.get(sessions.step_cookie(turn.settings), "")


def _status(problem: ServiceProblem) -> int:
    return problem.status if problem.status == 429 else 401


def _wait(problem: ServiceProblem, response: Response) -> Response:
    response.headers["Retry-After"] = str(problem.extra.get("retry_after", 1))
    return response
