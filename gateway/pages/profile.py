"""/admin/profile: one's name, password, second factor, sessions and API tokens."""

import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access, Permission
from gateway import factor, sessions
from gateway.answers import as_page
from gateway.dialogs import show, submit
from gateway.own_forms import act, refused
from gateway.query import parameters
from gateway.routing import page
from gateway.staff_words import LIFETIMES, browser, permission_groups
from gateway.turn import Turn

HOME = "/admin/profile"
FACTOR = factor.Doors(HOME, "begin_second_factor", "pending_second_factor", "confirm_second_factor", "renew_backup_codes",
                      "turn_off_second_factor")
CONFIRM = "staff/confirm.html"
END_OTHERS = {"heading": "End all other sessions", "button": "End all other sessions", "said": "All other sessions ended",
              "warn": True, "text": "Every browser that is signed in as you, but this one, is signed out at once."}
REVOKE = {"heading": "Revoke the API token", "button": "Revoke", "said": "Token revoked", "warn": True,
          "text": "Programs that use it are refused at once. It cannot be brought back."}


@page(HOME, access=Access.SIGNED_IN)
def profile(turn: Turn) -> Response:
    """The page as it is."""
    parameters(turn.request)
    return _profile(turn)


@page(f"{HOME}/name", access=Access.SIGNED_IN, method="POST")
def rename(turn: Turn) -> Response:
    """Save one's name."""
    try:
        act(turn, "rename_me", name=turn.request.form.get("name", ""))
    except ServiceProblem as problem:
        return _profile(turn, **refused(problem, "name"))
    return redirect(HOME, 303)


@page(f"{HOME}/password", access=Access.SIGNED_IN, method="POST")
def change_password(turn: Turn) -> Response:
    """Set a new password; all sessions end, so one signs in again."""
    form = turn.request.form
    if form.get("new_password", "") != form.get("again", ""):
        return _profile(turn, status=422, errors=[{"pointer": "/again", "code": "validation",
                                                   "message": "The two are not the same."}])
    try:
        act(turn, "change_my_password", current_password=form.get("current_password", ""),
             new_password=form.get("new_password", ""))
    except ServiceProblem as problem:
        return _profile(turn, **refused(problem, "current_password"))
    response = as_page(turn, "password.html", who=None, done=True, error=None, login="/admin/login")
    sessions.end_session(response, turn.settings)
    return response


@page(f"{HOME}/second-factor/<any(begin,codes,off):what>", access=Access.SIGNED_IN)
def factor_form(turn: Turn, what: str) -> Response:
    """Asks for the password before anything about the second factor changes."""
    turn.identify()
    return factor.ask(turn, FACTOR, what)


@page(f"{HOME}/second-factor/<any(begin,codes,off):what>", access=Access.SIGNED_IN, method="POST")
def change_factor(turn: Turn, what: str) -> Response:
    """Begin setting up, make new backup codes, or turn it off."""
    return factor.change(turn, FACTOR, what)


@page(f"{HOME}/second-factor/confirm", access=Access.SIGNED_IN)
def confirm_form(turn: Turn) -> Response:
    """The QR code, and the form for the app's first code."""
    return factor.ask_code(turn, FACTOR)


@page(f"{HOME}/second-factor/confirm", access=Access.SIGNED_IN, method="POST")
def confirm_factor(turn: Turn) -> Response:
    """Put the second factor in force and show its backup codes, this once."""
    return factor.confirm(turn, FACTOR)


@page(f"{HOME}/sessions/<session_id>/end", access=Access.SIGNED_IN, method="POST")
def end_session(turn: Turn, session_id: str) -> Response:
    """End one of one's sessions."""
    act(turn, "end_my_session", session_id=session_id)
    return redirect(HOME, 303)


@page(f"{HOME}/sessions/end-others", access=Access.SIGNED_IN)
def end_others_question(turn: Turn) -> Response:
    """Asks before all other sessions end."""
    turn.identify()
    return show(turn, CONFIRM, values={}, account=None, words=END_OTHERS, back=HOME)


@page(f"{HOME}/sessions/end-others", access=Access.SIGNED_IN, method="POST")
def end_others(turn: Turn) -> Response:
    """End all of one's sessions but this."""
    return submit(turn, CONFIRM, lambda: turn.call_own("clients.end_my_other_sessions"), said=END_OTHERS["said"], back=HOME,
                  values={}, account=None, words=END_OTHERS)


@page(f"{HOME}/tokens/new", access=Access.SIGNED_IN)
def token_form(turn: Turn) -> Response:
    """The form for a new token."""
    turn.identify()
    return _token(turn, {"days": "90"})


@page(f"{HOME}/tokens/new", access=Access.SIGNED_IN, method="POST")
def create_token(turn: Turn) -> Response:
    """Make a token; the profile shows it, this once."""
    form = turn.request.form
    scope = {"permissions": form.getlist("permissions")} if form.get("scope") == "some" else {}
    days = {"days": int(form["days"])} if form.get("days") in dict(LIFETIMES) else {}
    try:
        made = act(turn, "create_my_token", name=form.get("name", ""), **scope, **days)
    except ServiceProblem as problem:
        values = {"name": form.get("name", ""), "days": form.get("days", ""), "scope": form.get("scope", ""),
                  "permissions": form.getlist("permissions")}
        return _token(turn, values, **refused(problem, "name"))
    return _profile(turn, made=made)


@page(f"{HOME}/tokens/<token_id>/revoke", access=Access.SIGNED_IN)
def revoke_question(turn: Turn, token_id: str) -> Response:
    """Asks before a token ends."""
    turn.identify()
    return show(turn, CONFIRM, values={}, account=None, words=REVOKE, back=HOME)


@page(f"{HOME}/tokens/<token_id>/revoke", access=Access.SIGNED_IN, method="POST")
def revoke_token(turn: Turn, token_id: str) -> Response:
    """End one of one's tokens."""
    return submit(turn, CONFIRM, lambda: turn.call_own("clients.revoke_my_token", token_id=token_id), said=REVOKE["said"],
                  back=HOME, values={}, account=None, words=REVOKE)


def _profile(turn: Turn, status: int = 200, errors: list | None = None, made: dict | None = None) -> Response:
    own = turn.call_own("clients.my_account")
    name = turn.request.form.get("name", own["account"]["name"]) if made is None else own["account"]["name"]
    return as_page(turn, "profile/page.html", status, own=own, errors=errors or [], made=made, browser=browser,
                   values={"name": name}, key=lambda: secrets.token_urlsafe(24))


def _token(turn: Turn, values: dict, status: int = 200, errors: list | None = None) -> Response:
    held = list(map(str, Permission)) if "*" in turn.caller.permissions else list(turn.caller.permissions)
    return as_page(turn, "profile/token.html", status, values=values, errors=errors or [], held=held, home=HOME,
                   groups=permission_groups(), lifetimes=LIFETIMES, key=lambda: secrets.token_urlsafe(24))
