"""/admin/profile: one's name, password, second factor, sessions and API tokens."""

import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access, Permission
from gateway import sessions
from gateway.answers import as_page
from gateway.dialogs import show, submit
from gateway.qr import drawn
from gateway.query import parameters
from gateway.routing import page
from gateway.staff_words import LIFETIMES, browser, permission_groups
from gateway.turn import Turn

HOME = "/admin/profile"
FACTOR = {"begin": ("begin_second_factor", "Set up the second factor", "Go on"),
          "codes": ("renew_backup_codes", "New backup codes", "Make new codes"),
          "off": ("turn_off_second_factor", "Turn the second factor off", "Turn off")}
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
        _act(turn, "rename_me", name=turn.request.form.get("name", ""))
    except ServiceProblem as problem:
        return _profile(turn, **_refused(problem, "name"))
    return redirect(HOME, 303)


@page(f"{HOME}/password", access=Access.SIGNED_IN, method="POST")
def change_password(turn: Turn) -> Response:
    """Set a new password; all sessions end, so one signs in again."""
    form = turn.request.form
    if form.get("new_password", "") != form.get("again", ""):
        return _profile(turn, status=422, errors=[{"pointer": "/again", "code": "validation",
                                                   "message": "The two are not the same."}])
    try:
        _act(turn, "change_my_password", current_password=form.get("current_password", ""),
             new_password=form.get("new_password", ""))
    except ServiceProblem as problem:
        return _profile(turn, **_refused(problem, "current_password"))
    response = as_page(turn, "password.html", who=None, done=True, error=None)
    sessions.end_session(response, turn.settings)
    return response


@page(f"{HOME}/second-factor/<any(begin,codes,off):what>", access=Access.SIGNED_IN)
def factor_form(turn: Turn, what: str) -> Response:
    """Asks for the password before anything about the second factor changes."""
    turn.identify()
    return _factor(turn, what)


@page(f"{HOME}/second-factor/<any(begin,codes,off):what>", access=Access.SIGNED_IN, method="POST")
def change_factor(turn: Turn, what: str) -> Response:
    """Begin setting up, make new backup codes, or turn it off."""
    try:
        answer = _act(turn, FACTOR[what][0], current_password=turn.request.form.get("current_password", ""))
    except ServiceProblem as problem:
        return _factor(turn, what, **_refused(problem, "current_password"))
    if what == "codes":
        return _codes(turn, answer)
    return redirect(f"{HOME}/second-factor/confirm" if what == "begin" else HOME, 303)


@page(f"{HOME}/second-factor/confirm", access=Access.SIGNED_IN)
def confirm_form(turn: Turn) -> Response:
    """The QR code, and the form for the app's first code."""
    return _confirm(turn)


@page(f"{HOME}/second-factor/confirm", access=Access.SIGNED_IN, method="POST")
def confirm_factor(turn: Turn) -> Response:
    """Put the second factor in force and show its backup codes, this once."""
    try:
        answer = _act(turn, "confirm_second_factor", code=turn.request.form.get("code", "").strip())
    except ServiceProblem as problem:
        return _confirm(turn, **_refused(problem, "code"))
    return _codes(turn, answer)


@page(f"{HOME}/sessions/<session_id>/end", access=Access.SIGNED_IN, method="POST")
def end_session(turn: Turn, session_id: str) -> Response:
    """End one of one's sessions."""
    _act(turn, "end_my_session", session_id=session_id)
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
        made = _act(turn, "create_my_token", name=form.get("name", ""), **scope, **days)
    except ServiceProblem as problem:
        values = {"name": form.get("name", ""), "days": form.get("days", ""), "scope": form.get("scope", ""),
                  "permissions": form.getlist("permissions")}
        return _token(turn, values, **_refused(problem, "name"))
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


def _act(turn: Turn, door: str, **arguments):
    turn.use_key(turn.request.form.get("idempotency_key"), required=True)
    return turn.call_own(f"clients.{door}", **arguments)


def _refused(problem: ServiceProblem, field: str) -> dict:
    """A refusal as the form's errors; what names no field stands at `field`."""
    if problem.status not in (409, 422, 429):
        raise problem
    errors = problem.errors or [{"pointer": f"/{field}", "code": problem.code, "message": problem.detail}]
    return {"status": problem.status, "errors": errors}


def _profile(turn: Turn, status: int = 200, errors: list | None = None, made: dict | None = None) -> Response:
    own = turn.call_own("clients.my_account")
    name = turn.request.form.get("name", own["account"]["name"]) if made is None else own["account"]["name"]
    return as_page(turn, "profile/page.html", status, own=own, errors=errors or [], made=made, browser=browser,
                   values={"name": name}, key=lambda: secrets.token_urlsafe(24))


def _factor(turn: Turn, what: str, status: int = 200, errors: list | None = None) -> Response:
    _door, heading, button = FACTOR[what]
    return as_page(turn, "profile/factor.html", status, what=what, heading=heading, button=button, errors=errors or [],
                   values={}, key=lambda: secrets.token_urlsafe(24))


def _confirm(turn: Turn, status: int = 200, errors: list | None = None) -> Response:
    try:
        pending = turn.call_own("clients.pending_second_factor")
    except ServiceProblem as problem:
        if problem.code != "invalid-state":
            raise
        return _factor(turn, "begin", **_refused(problem, "current_password"))
    return as_page(turn, "profile/confirm.html", status, secret=pending["secret"], qr=drawn(pending["uri"]), values={},
                   errors=errors or [], key=lambda: secrets.token_urlsafe(24))


def _codes(turn: Turn, answer: dict | None) -> Response:
    """The codes; a repeat of the same request has none to show, and leads back."""
    return as_page(turn, "profile/codes.html", codes=answer["backup_codes"], back=HOME) if answer else redirect(HOME, 303)


def _token(turn: Turn, values: dict, status: int = 200, errors: list | None = None) -> Response:
    held = list(map(str, Permission)) if "*" in turn.caller.permissions else list(turn.caller.permissions)
    return as_page(turn, "profile/token.html", status, values=values, errors=errors or [], held=held,
                   groups=permission_groups(), lifetimes=LIFETIMES, key=lambda: secrets.token_urlsafe(24))
