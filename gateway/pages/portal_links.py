"""What is mailed to the people of a client: an invitation, a link for a new password, one that confirms an email."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from gateway import sessions
from gateway.answers import as_page
from gateway.pages.portal_sign_in import LOGIN
from gateway.routing import PORTAL, page
from gateway.turn import Turn

ASK, PASSWORD, INVITATION, EMAIL = "portal/password.html", "password.html", "portal/invitation.html", "portal/email.html"
NOT_THE_SAME = "The two are not the same."


@page("/client/password", access=Access.PUBLIC, origin=PORTAL)
def ask_password_form(turn: Turn) -> Response:
    """Asks for the email whose password was forgotten."""
    sessions.offer_form_secret(turn.request, turn.settings)
    return as_page(turn, ASK, asked=False, email="", error=None)


@page("/client/password", access=Access.PUBLIC, method="POST", origin=PORTAL)
def ask_password(turn: Turn) -> Response:
    """Have a link mailed; the answer is the same whether or not anybody has this email."""
    email = turn.request.form.get("email", "").strip()
    turn.forget_caller()
    try:
        turn.call("clients.ask_portal_password", email=email)
    except ServiceProblem as problem:
        return _again(turn, problem, lambda said, status: as_page(turn, ASK, status, asked=False, email=email, error=said))
    return as_page(turn, ASK, asked=True, email=email, error=None)


@page("/client/password/<code>", access=Access.PUBLIC, origin=PORTAL)
def portal_password_form(turn: Turn, code: str) -> Response:
    """The form; a link that is used or too old says so."""
    return _password(turn, code, None)


@page("/client/password/<code>", access=Access.PUBLIC, method="POST", origin=PORTAL)
def set_portal_password(turn: Turn, code: str) -> Response:
    """Set it, and lead to the sign-in."""
    form = turn.request.form
    if form.get("password", "") != form.get("again", ""):
        return _password(turn, code, NOT_THE_SAME, 422)
    turn.forget_caller()
    try:
        turn.call("clients.use_portal_password_link", code=code, password=form.get("password", ""))
    except ServiceProblem as problem:
        return _again(turn, problem, lambda said, status: _password(turn, code, said, status))
    return _ended(as_page(turn, PASSWORD, who=None, done=True, error=None, login=LOGIN), turn)


@page("/client/invitation/<code>", access=Access.PUBLIC, origin=PORTAL)
def invitation_form(turn: Turn, code: str) -> Response:
    """The form: a password to be, or the one that the email's account has."""
    return _invitation(turn, code, None)


@page("/client/invitation/<code>", access=Access.PUBLIC, method="POST", origin=PORTAL)
def accept_invitation(turn: Turn, code: str) -> Response:
    """Accept it, and lead to the sign-in."""
    form = turn.request.form
    if "again" in form and form.get("password", "") != form["again"]:
        return _invitation(turn, code, NOT_THE_SAME, 422)
    turn.forget_caller()
    try:
        turn.call("clients.accept_invitation", code=code, password=form.get("password", ""), user_agent=turn.browser)
    except ServiceProblem as problem:
        return _again(turn, problem, lambda said, status: _invitation(turn, code, said, status))
    return as_page(turn, INVITATION, who=None, done=True, error=None)


@page("/client/email/<code>", access=Access.PUBLIC, origin=PORTAL)
def confirm_email_form(turn: Turn, code: str) -> Response:
    """Asks whether the email is to be changed: to open a link changes nothing."""
    return _email(turn, code, None)


@page("/client/email/<code>", access=Access.PUBLIC, method="POST", origin=PORTAL)
def confirm_email(turn: Turn, code: str) -> Response:
    """Make it the email to sign in by."""
    turn.forget_caller()
    try:
        email = turn.call("clients.use_portal_email_link", code=code)["email"]
    except ServiceProblem as problem:
        return _again(turn, problem, lambda said, status: _email(turn, code, said, status))
    return _ended(as_page(turn, EMAIL, who=None, done=email, error=None), turn)


def _password(turn: Turn, code: str, error: str | None, status: int = 200) -> Response:
    return _of_link(turn, "check_portal_password_link", PASSWORD, code, error, status, login=LOGIN)


def _invitation(turn: Turn, code: str, error: str | None, status: int = 200) -> Response:
    return _of_link(turn, "check_invitation", INVITATION, code, error, status)


def _email(turn: Turn, code: str, error: str | None, status: int = 200) -> Response:
    return _of_link(turn, "check_portal_email_link", EMAIL, code, error, status)


def _of_link(turn: Turn, door: str, template: str, code: str, error: str | None, status: int, **variables) -> Response:
    """The form behind a link, or that the link is over."""
    sessions.offer_form_secret(turn.request, turn.settings)
    turn.forget_caller()
    try:
        who = turn.call(f"clients.{door}", code=code, writes=False)
    except ServiceProblem as problem:
        if problem.code not in ("validation", "unauthenticated"):
            raise
        return as_page(turn, template, 410, who=None, done=False, error=problem.detail, **variables)
    return as_page(turn, template, status, who=who, done=False, error=error, **variables)


def _again(turn: Turn, problem: ServiceProblem, form) -> Response:
    """The form with why it was refused; how long to wait, where that is why."""
    if problem.status not in (401, 409, 422, 429):
        raise problem
    response = form(problem.errors[0]["message"] if problem.errors else problem.detail, max(problem.status, 409))
    if problem.status == 429:
        response.headers["Retry-After"] = str(problem.extra.get("retry_after", 1))
    return response


def _ended(response: Response, turn: Turn) -> Response:
    """Whoever was signed in is so no longer."""
    sessions.end_session(response, turn.settings, "portal")
    return response
