"""Signing in to the portal and out of it, and choosing a client."""

from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway.auth.sign_in import SignInFlow, browser_of, check_code, check_password, code_form, local_path
from gateway.http import cookies, csrf
from gateway.http.context import RequestContext
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page

HOME, CHOOSE, LOGIN = "/dashboard", "/client/choose", "/client/login"
HOMES = ("/client/", "/dashboard", "/store")


@page(LOGIN, access=Access.PUBLIC, origin=PORTAL)
def portal_sign_in_form(ctx: RequestContext) -> Response:
    """The sign-in page; it sets the cookie that its form is bound to."""
    csrf.offer_form_secret(ctx.request, ctx.settings)
    return as_page(ctx, "portal/login.html", email="", next=ctx.request.args.get("next", ""), error=None)


@page(LOGIN, access=Access.PUBLIC, method="POST", origin=PORTAL)
def portal_sign_in(ctx: RequestContext) -> Response:
    """Check email and password; on success a fresh session and on, by the second step or a choice where there is
    one."""
    return check_password(ctx, CONTACTS)


@page(f"{LOGIN}/code", access=Access.PUBLIC, origin=PORTAL)
def portal_code_form(ctx: RequestContext) -> Response:
    """The form for the code of the second factor."""
    return code_form(ctx, CONTACTS)


@page(f"{LOGIN}/code", access=Access.PUBLIC, method="POST", origin=PORTAL)
def check_portal_code(ctx: RequestContext) -> Response:
    """Check the code; a good one starts the session."""
    return check_code(ctx, CONTACTS)


@page("/client/login/once/<code>", access=Access.PUBLIC, origin=PORTAL, development=True)
def portal_sign_in_once(ctx: RequestContext, code: str) -> Response:
    """Sign in by a one-time link, in a development system."""
    ctx.forget_caller()
    started = ctx.call("clients.sign_in_portal_once", code=code, writes=True, **browser_of(ctx, CONTACTS.session))
    return portal_signed_in(ctx, started, HOME)


@page(CHOOSE, access=Access.IN_PORTAL, origin=PORTAL)
def choose_form(ctx: RequestContext) -> Response:
    """The clients of this person's email, to enter one."""
    choices = ctx.call("clients.portal_choices")
    return as_page(ctx, "portal/choose.html", choices=choices, next=portal_path(ctx.request.args.get("next")))


@page(CHOOSE, access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def choose(ctx: RequestContext) -> Response:
    """Enter the portal of the chosen client, and go where one wanted to."""
    ctx.call_as_self("clients.choose_client", contact_id=ctx.request.form.get("contact_id", ""))
    return redirect(portal_path(ctx.request.form.get("next")), 303)


@page("/client/logout", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def portal_sign_out(ctx: RequestContext) -> Response:
    """End this session, here and in the database."""
    ctx.call_as_self("clients.sign_out_portal")
    response = redirect(LOGIN, 303)
    cookies.end_session(response, ctx.settings, "portal")
    return response


def portal_signed_in(ctx: RequestContext, session: dict, target: str) -> Response:
    """Give the browser its session and lead on, to choosing a client where there are several."""
    response = redirect(f"{CHOOSE}?{urlencode({'next': target})}" if session["choose"] else target, 303)
    cookies.start_portal_session(response, session["token"], ctx.settings)
    return response


def portal_path(target: str | None) -> str:
    """Where somebody wanted to go in the portal, else its first page."""
    return local_path(target, HOME, *HOMES)


CONTACTS = SignInFlow(
    login=LOGIN,
    template="portal/login.html",
    session="portal",
    sign_in="sign_in_portal",
    step="portal_sign_in_step",
    finish="finish_portal_sign_in",
    path=portal_path,
    signed_in=portal_signed_in,
)
