"""Mailed links of a client's people: an invitation, one for a new password, one that confirms an email."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from gateway.auth.sign_in import check_password
from gateway.composition.one_time_links import NOT_THE_SAME, link_form
from gateway.http import cookies, csrf
from gateway.http.context import RequestContext
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page
from gateway.portal.sign_in import CONTACTS, LOGIN

ASK, PASSWORD, INVITATION, EMAIL = (
    "portal/password.html",
    "password.html",
    "portal/invitation.html",
    "portal/email.html",
)


@page("/client/password", access=Access.PUBLIC, origin=PORTAL)
def ask_password_form(ctx: RequestContext) -> Response:
    """Asks for the email whose password was forgotten."""
    csrf.offer_form_secret(ctx.request, ctx.settings)
    return as_page(ctx, ASK, asked=False, email="", error=None)


@page("/client/password", access=Access.PUBLIC, method="POST", origin=PORTAL)
def ask_password(ctx: RequestContext) -> Response:
    """Have a link mailed; the answer is the same whether or not anybody has this email."""
    email = ctx.request.form.get("email", "").strip()
    ctx.forget_caller()
    try:
        ctx.call("clients.ask_portal_password", email=email)
    except ServiceProblem as problem:
        return _again(
            ctx, problem, lambda message, status: as_page(ctx, ASK, status, asked=False, email=email, error=message)
        )
    return as_page(ctx, ASK, asked=True, email=email, error=None)


@page("/client/password/<code>", access=Access.PUBLIC, origin=PORTAL)
def portal_password_form(ctx: RequestContext, code: str) -> Response:
    """The form, or that the link was used or is too old."""
    return _password(ctx, code, None)


@page("/client/password/<code>", access=Access.PUBLIC, method="POST", origin=PORTAL)
def set_portal_password(ctx: RequestContext, code: str) -> Response:
    """Set it, and lead to the sign-in."""
    form = ctx.request.form
    if form.get("password", "") != form.get("again", ""):
        return _password(ctx, code, NOT_THE_SAME, 422)
    ctx.forget_caller()
    try:
        ctx.call("clients.use_portal_password_link", code=code, password=form.get("password", ""))
    except ServiceProblem as problem:
        return _again(ctx, problem, lambda message, status: _password(ctx, code, message, status))
    return _ended(as_page(ctx, PASSWORD, who=None, done=True, error=None, login=LOGIN), ctx)


@page("/client/invitation/<code>", access=Access.PUBLIC, origin=PORTAL)
def invitation_form(ctx: RequestContext, code: str) -> Response:
    """The form: a password to be, or the one that the email's account has."""
    return _invitation(ctx, code, None)


@page("/client/invitation/<code>", access=Access.PUBLIC, method="POST", origin=PORTAL)
def accept_invitation(ctx: RequestContext, code: str) -> Response:
    """Accept it, and sign in by the same email and password: on to the portal, to the second step or to a choice."""
    form = ctx.request.form
    if "again" in form and form.get("password", "") != form["again"]:
        return _invitation(ctx, code, NOT_THE_SAME, 422)
    ctx.forget_caller()
    try:
        ctx.call("clients.accept_invitation", code=code, password=form.get("password", ""), user_agent=ctx.browser)
    except ServiceProblem as problem:
        return _again(ctx, problem, lambda message, status: _invitation(ctx, code, message, status))
    return _entered(ctx) or as_page(ctx, INVITATION, who=None, done=True, error=None)


@page("/client/email/<code>", access=Access.PUBLIC, origin=PORTAL)
def confirm_email_form(ctx: RequestContext, code: str) -> Response:
    """Asks whether the email is to be changed: to open a link changes nothing."""
    return _email(ctx, code, None)


@page("/client/email/<code>", access=Access.PUBLIC, method="POST", origin=PORTAL)
def confirm_email(ctx: RequestContext, code: str) -> Response:
    """Make it the email to sign in by."""
    ctx.forget_caller()
    try:
        email = ctx.call("clients.use_portal_email_link", code=code)["email"]
    except ServiceProblem as problem:
        return _again(ctx, problem, lambda message, status: _email(ctx, code, message, status))
    return _ended(as_page(ctx, EMAIL, who=None, done=email, error=None), ctx)


def _password(ctx: RequestContext, code: str, error: str | None, status: int = 200) -> Response:
    return link_form(ctx, "clients.check_portal_password_link", PASSWORD, code, error, status, login=LOGIN)


def _invitation(ctx: RequestContext, code: str, error: str | None, status: int = 200) -> Response:
    return link_form(ctx, "clients.check_invitation", INVITATION, code, error, status)


def _entered(ctx: RequestContext) -> Response | None:
    """The answer to whoever could sign in; None where that did not work out: the invitation is accepted all the same."""
    try:
        response = check_password(ctx, CONTACTS)
    except ServiceProblem:
        return None
    return response if response.status_code == 303 else None


def _email(ctx: RequestContext, code: str, error: str | None, status: int = 200) -> Response:
    return link_form(ctx, "clients.check_portal_email_link", EMAIL, code, error, status)


def _again(ctx: RequestContext, problem: ServiceProblem, form) -> Response:
    """The form with why it was refused; how long to wait, where that is why."""
    if problem.status not in (401, 409, 422, 429):
        raise problem
    response = form(problem.errors[0]["message"] if problem.errors else problem.detail, max(problem.status, 409))
    if problem.status == 429:
        response.headers["Retry-After"] = str(problem.extra.get("retry_after", 1))
    return response


def _ended(response: Response, ctx: RequestContext) -> Response:
    """Whoever was signed in is so no longer."""
    cookies.end_session(response, ctx.settings, "portal")
    return response
