"""The steps of setting a second factor up, of staff and contacts alike: the password first, then the QR code and a code."""

import secrets
from dataclasses import dataclass

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.answers import as_page
from gateway.own_forms import act, refused
from gateway.qr import drawn
from gateway.turn import Turn

WORDS = {"begin": ("Set up the second factor", "Go on"), "codes": ("New backup codes", "Make new codes"),
         "off": ("Turn the second factor off", "Turn off")}


@dataclass(frozen=True)
class Doors:
    """The page that the steps lead back to, and the doors of the clients service behind them."""

    home: str
    begin: str
    pending: str
    confirm: str
    codes: str
    off: str


def ask(turn: Turn, doors: Doors, what: str, status: int = 200, errors: list | None = None) -> Response:
    """The form that asks for the password before `begin`, `codes` or `off`."""
    heading, button = WORDS[what]
    return as_page(turn, "profile/factor.html", status, what=what, heading=heading, button=button, errors=errors or [],
                   values={}, home=doors.home, key=_key)


def change(turn: Turn, doors: Doors, what: str) -> Response:
    """Begin setting up, make new backup codes, or turn it off."""
    try:
        answer = act(turn, getattr(doors, what), current_password=turn.request.form.get("current_password", ""))
    except ServiceProblem as problem:
        return ask(turn, doors, what, **refused(problem, "current_password"))
    if what == "codes":
        return _codes(turn, doors, answer)
    return redirect(f"{doors.home}/second-factor/confirm" if what == "begin" else doors.home, 303)


def ask_code(turn: Turn, doors: Doors, status: int = 200, errors: list | None = None) -> Response:
    """The QR code, and the form for the app's first code; the password again when that took too long."""
    try:
        pending = turn.call_own(f"clients.{doors.pending}")
    except ServiceProblem as problem:
        if problem.code != "invalid-state":
            raise
        return ask(turn, doors, "begin", **refused(problem, "current_password"))
    return as_page(turn, "profile/confirm.html", status, secret=pending["secret"], qr=drawn(pending["uri"]), values={},
                   errors=errors or [], home=doors.home, key=_key)


def confirm(turn: Turn, doors: Doors) -> Response:
    """Put the second factor in force and show its backup codes, this once."""
    try:
        answer = act(turn, doors.confirm, code=turn.request.form.get("code", "").strip())
    except ServiceProblem as problem:
        return ask_code(turn, doors, **refused(problem, "code"))
    return _codes(turn, doors, answer)


def _codes(turn: Turn, doors: Doors, answer: dict | None) -> Response:
    """The codes; a repeat of the same request has none to show, and leads back."""
    if not answer:
        return redirect(doors.home, 303)
    return as_page(turn, "profile/codes.html", codes=answer["backup_codes"], back=doors.home)


def _key() -> str:
    return secrets.token_urlsafe(24)
