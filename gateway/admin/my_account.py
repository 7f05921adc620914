"""My account: /admin/profile, one's name, password, second factor, sessions and API tokens."""

import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access, Permission
from gateway.auth import second_factor
from gateway.auth.account_forms import act, refused
from gateway.auth.sign_in import local_path
from gateway.http import cookies
from gateway.http.context import RequestContext
from gateway.http.forms import done, show, submit
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.ui.labels import LIFETIMES, browser, permission_groups

HOME = "/admin/profile"
FACTOR = second_factor.SecondFactorRoutes(
    HOME,
    "begin_second_factor",
    "pending_second_factor",
    "confirm_second_factor",
    "renew_backup_codes",
    "turn_off_second_factor",
)
CONFIRM = "staff/confirm.html"
END_OTHERS = {
    "heading": "End all other sessions",
    "button": "End all other sessions",
    "message": "All other sessions ended",
    "warn": True,
    "text": "Every browser that is signed in as you, but this one, is signed out at once.",
}
REVOKE = {
    "heading": "Revoke the API token",
    "button": "Revoke",
    "message": "Token revoked",
    "warn": True,
    "text": "Programs that use it are refused at once. It cannot be brought back.",
}


@page(HOME, access=Access.SIGNED_IN)
def profile(ctx: RequestContext) -> Response:
    """The page as it is."""
    parameters(ctx.request)
    return _profile(ctx)


@page(f"{HOME}/name", access=Access.SIGNED_IN, method="POST")
def rename(ctx: RequestContext) -> Response:
    """Save one's name."""
    try:
        act(ctx, "rename_me", name=ctx.request.form.get("name", ""))
    except ServiceProblem as problem:
        return _profile(ctx, **refused(problem, "name"))
    return redirect(HOME, 303)


@page(f"{HOME}/password", access=Access.SIGNED_IN, method="POST")
def change_password(ctx: RequestContext) -> Response:
    """Set a new password; all sessions end, so one signs in again."""
    form = ctx.request.form
    if form.get("new_password", "") != form.get("again", ""):
        return _profile(
            ctx,
            status=422,
            errors=[{"pointer": "/again", "code": "validation", "message": "The two are not the same."}],
        )
    try:
        act(
            ctx,
            "change_my_password",
            current_password=form.get("current_password", ""),
            new_password=form.get("new_password", ""),
        )
    except ServiceProblem as problem:
        return _profile(ctx, **refused(problem, "current_password"))
    response = as_page(ctx, "password.html", who=None, done=True, error=None, login="/admin/login")
    cookies.end_session(response, ctx.settings)
    return response


@page(f"{HOME}/second-factor/<any(begin,codes,off):what>", access=Access.SIGNED_IN)
def factor_form(ctx: RequestContext, what: str) -> Response:
    """Asks for the password before anything about the second factor changes."""
    ctx.identify()
    return second_factor.ask(ctx, FACTOR, what)


@page(f"{HOME}/second-factor/<any(begin,codes,off):what>", access=Access.SIGNED_IN, method="POST")
def change_factor(ctx: RequestContext, what: str) -> Response:
    """Begin setting up, make new backup codes, or turn it off."""
    return second_factor.change(ctx, FACTOR, what)


@page(f"{HOME}/second-factor/confirm", access=Access.SIGNED_IN)
def confirm_form(ctx: RequestContext) -> Response:
    """The QR code, and the form for the app's first code."""
    return second_factor.ask_code(ctx, FACTOR)


@page(f"{HOME}/second-factor/confirm", access=Access.SIGNED_IN, method="POST")
def confirm_factor(ctx: RequestContext) -> Response:
    """Put the second factor in force and show its backup codes, this once."""
    return second_factor.confirm(ctx, FACTOR)


@page(f"{HOME}/sessions/<session_id>/end", access=Access.SIGNED_IN, method="POST", step_up=True)
def end_session(ctx: RequestContext, session_id: str) -> Response:
    """End one of one's sessions."""
    act(ctx, "end_my_session", session_id=session_id)
    return redirect(HOME, 303)


@page(f"{HOME}/sessions/end-others", access=Access.SIGNED_IN, step_up=True)
def end_others_question(ctx: RequestContext) -> Response:
    """Asks before all other sessions end."""
    ctx.identify()
    return show(ctx, CONFIRM, account=None, words=END_OTHERS, back=HOME)


@page(f"{HOME}/sessions/end-others", access=Access.SIGNED_IN, method="POST", step_up=True)
def end_others(ctx: RequestContext) -> Response:
    """End all of one's sessions but this."""
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call_as_self("clients.end_my_other_sessions"),
        message=END_OTHERS["message"],
        back=HOME,
        context=lambda: {"account": None, "words": END_OTHERS},
    )


@page(f"{HOME}/tokens/new", access=Access.SIGNED_IN, step_up=True)
def token_form(ctx: RequestContext) -> Response:
    """The form for a new token."""
    ctx.identify()
    return _token(ctx, {"days": "90"})


@page(f"{HOME}/tokens/new", access=Access.SIGNED_IN, method="POST", step_up=True)
def create_token(ctx: RequestContext) -> Response:
    """Make a token; the profile shows it, this once."""
    form = ctx.request.form
    scope = {"permissions": form.getlist("permissions")} if form.get("scope") == "some" else {}
    days = {"days": int(form["days"])} if form.get("days") in dict(LIFETIMES) else {}
    try:
        made = act(ctx, "create_my_token", name=form.get("name", ""), **scope, **days)
    except ServiceProblem as problem:
        values = {
            "name": form.get("name", ""),
            "days": form.get("days", ""),
            "scope": form.get("scope", ""),
            "permissions": form.getlist("permissions"),
        }
        return _token(ctx, values, **refused(problem, "name"))
    return _profile(ctx, made=made)


@page(f"{HOME}/tokens/<token_id>/revoke", access=Access.SIGNED_IN, step_up=True)
def revoke_question(ctx: RequestContext, token_id: str) -> Response:
    """Asks before a token ends."""
    ctx.identify()
    return show(ctx, CONFIRM, account=None, words=REVOKE, back=HOME)


@page(f"{HOME}/tokens/<token_id>/revoke", access=Access.SIGNED_IN, method="POST", step_up=True)
def revoke_token(ctx: RequestContext, token_id: str) -> Response:
    """End one of one's tokens."""
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call_as_self("clients.revoke_my_token", token_id=token_id),
        message=REVOKE["message"],
        back=HOME,
        context=lambda: {"account": None, "words": REVOKE},
    )


@page("/admin/step-up", access=Access.SIGNED_IN, method="POST", step_up=True)
def step_up(ctx: RequestContext) -> Response:
    """Go to the page that asked for the password first."""
    ctx.identify()
    return done(ctx, "Go on", local_path(ctx.request.form.get("next"), HOME), moves=True)


def _profile(ctx: RequestContext, status: int = 200, errors: list | None = None, made: dict | None = None) -> Response:
    own = ctx.call_as_self("clients.my_account")
    name = ctx.request.form.get("name", own["account"]["name"]) if made is None else own["account"]["name"]
    return as_page(
        ctx,
        "my_account/page.html",
        status,
        own=own,
        errors=errors or [],
        made=made,
        browser=browser,
        values={"name": name},
        development=ctx.settings.development,
        key=lambda: secrets.token_urlsafe(24),
    )


def _token(ctx: RequestContext, values: dict, status: int = 200, errors: list | None = None) -> Response:
    held = list(map(str, Permission)) if "*" in ctx.caller.permissions else list(ctx.caller.permissions)
    return as_page(
        ctx,
        "my_account/token.html",
        status,
        values=values,
        errors=errors or [],
        held=held,
        home=HOME,
        groups=permission_groups(),
        lifetimes=LIFETIMES,
        key=lambda: secrets.token_urlsafe(24),
    )
