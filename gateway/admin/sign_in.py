"""Signing in and out of the admin."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway.auth.sign_in import SignInFlow, browser_of, check_code, check_password, code_form, local_path
from gateway.http import cookies, csrf
from gateway.http.context import RequestContext
from gateway.http.responses import as_page
from gateway.http.routing import page

START = "/admin"


@page("/admin/login", access=Access.PUBLIC)
def sign_in_form(ctx: RequestContext) -> Response:
    """The sign-in page; it sets the cookie that its form is bound to.

    Who comes from another site (by Return to Admin, by a link) sends no cookie of ours, and may be signed in all the
    same: they are led on from a page of ours first.
    """
    target = local_path(ctx.request.args.get("next"), "")
    if target and ctx.request.headers.get("Sec-Fetch-Site") == "cross-site":
        return as_page(ctx, "returning.html", target=target)
    csrf.offer_form_secret(ctx.request, ctx.settings)
    return as_page(ctx, "login.html", email="", next=ctx.request.args.get("next", ""), error=None)


@page("/admin/login", access=Access.PUBLIC, method="POST")
def sign_in(ctx: RequestContext) -> Response:
    """Check email and password; on success a fresh session and on to where the person wanted to go."""
    return check_password(ctx, STAFF)


@page("/admin/login/code", access=Access.PUBLIC)
def staff_code_form(ctx: RequestContext) -> Response:
    """The form for the code, or for setting the second factor up where it is asked for and missing."""
    return code_form(ctx, STAFF)


@page("/admin/login/code", access=Access.PUBLIC, method="POST")
def check_staff_code(ctx: RequestContext) -> Response:
    """Check the code; a good one starts the session."""
    return check_code(ctx, STAFF)


@page("/admin/login/once/<code>", access=Access.PUBLIC, development=True)
def sign_in_once(ctx: RequestContext, code: str) -> Response:
    """Sign in by a one-time link, in a development system."""
    ctx.forget_caller()
    started = ctx.call("clients.sign_in_once", code=code, writes=True, **browser_of(ctx, STAFF.session))
    return signed_in(ctx, started, START)


@page("/admin/logout", access=Access.SIGNED_IN, method="POST")
def sign_out(ctx: RequestContext) -> Response:
    """End this session, here and in the database."""
    ctx.call("clients.sign_out")
    response = redirect("/admin/login", 303)
    cookies.end_session(response, ctx.settings)
    return response


def signed_in(ctx: RequestContext, session: dict, target: str) -> Response:
    """Give the browser its session and lead on."""
    response = redirect(target, 303)
    cookies.start_session(response, session["token"], ctx.settings)
    return response


STAFF = SignInFlow(
    login="/admin/login",
    template="login.html",
    session="admin",
    sign_in="sign_in",
    step="sign_in_step",
    finish="finish_sign_in",
    path=lambda target: local_path(target, START),
    signed_in=signed_in,
)
