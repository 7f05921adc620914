"""A link that sets a staff member's password, once: for a new account, or one whose password was forgotten."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from gateway import sessions
from gateway.answers import as_page
from gateway.routing import page
from gateway.turn import Turn

TEMPLATE, LOGIN = "password.html", "/admin/login"


@page("/admin/password/<code>", access=Access.PUBLIC)
def password_form(turn: Turn, code: str) -> Response:
    """The form; a link that is used or too old says so."""
    sessions.offer_form_secret(turn.request, turn.settings)
    return _form(turn, code, None)


@page("/admin/password/<code>", access=Access.PUBLIC, method="POST")
def set_password(turn: Turn, code: str) -> Response:
    """Set it, and lead to the sign-in."""
    form = turn.request.form
    if form.get("password", "") != form.get("again", ""):
        return _form(turn, code, "The two are not the same.", 422)
    turn.forget_caller()
    try:
        turn.call("clients.use_password_link", code=code, password=form.get("password", ""))
    except ServiceProblem as problem:
        if problem.code not in ("validation", "unauthenticated"):
            raise
        return _form(turn, code, problem.errors[0]["message"] if problem.errors else problem.detail, 422)
    return as_page(turn, TEMPLATE, who=None, done=True, error=None, login=LOGIN)


def _form(turn: Turn, code: str, error: str | None, status: int = 200) -> Response:
    turn.forget_caller()
    try:
        who = turn.call("clients.check_password_link", code=code, writes=False)
    except ServiceProblem as problem:
        if problem.code not in ("validation", "unauthenticated"):
            raise
        return as_page(turn, TEMPLATE, 410, who=None, done=False, error=problem.detail, login=LOGIN)
    return as_page(turn, TEMPLATE, status, who=who, done=False, error=error, login=LOGIN)
