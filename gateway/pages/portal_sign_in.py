"""Signing in to the portal and out of it, and choosing a client."""

from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway import sessions
from gateway.answers import as_page
from gateway.routing import PORTAL, page
from gateway.turn import Turn
from gateway.way_in import WayIn, check_code, check_password, code_form

HOME, CHOOSE, LOGIN = "/dashboard", "/client/choose", "/client/login"
HOMES = ("/client/", "/dashboard", "/store")


@page(LOGIN, access=Access.PUBLIC, origin=PORTAL)
def portal_sign_in_form(turn: Turn) -> Response:
    """The sign-in page; it sets the cookie that its form is bound to."""
    sessions.offer_form_secret(turn.request, turn.settings)
    return as_page(turn, "portal/login.html", email="", next=turn.request.args.get("next", ""), error=None)


@page(LOGIN, access=Access.PUBLIC, method="POST", origin=PORTAL)
def portal_sign_in(turn: Turn) -> Response:
    """Check email and password; on success a fresh session and on, by the second step or a choice where there is one."""
    return check_password(turn, CONTACTS)


@page(f"{LOGIN}/code", access=Access.PUBLIC, origin=PORTAL)
def portal_code_form(turn: Turn) -> Response:
    """The form for the code of the second factor."""
    return code_form(turn, CONTACTS)


@page(f"{LOGIN}/code", access=Access.PUBLIC, method="POST", origin=PORTAL)
def check_portal_code(turn: Turn) -> Response:
    """Check the code; a good one starts the session."""
    return check_code(turn, CONTACTS)


@page("/client/login/once/<code>", access=Access.PUBLIC, origin=PORTAL)
def portal_sign_in_once(turn: Turn, code: str) -> Response:
    """Sign in by a one-time link of a development system."""
    turn.forget_caller()
    return portal_signed_in(turn, turn.call("clients.sign_in_portal_once", code=code, writes=True), HOME)


@page(CHOOSE, access=Access.IN_PORTAL, origin=PORTAL)
def choose_form(turn: Turn) -> Response:
    """The clients of this person's email, to enter one."""
    choices = turn.call("clients.portal_choices")
    return as_page(turn, "portal/choose.html", choices=choices, next=portal_path(turn.request.args.get("next")))


@page(CHOOSE, access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def choose(turn: Turn) -> Response:
    """Enter the portal of the chosen client, and go where one wanted to."""
    turn.call_own("clients.choose_client", contact_id=turn.request.form.get("contact_id", ""))
    return redirect(portal_path(turn.request.form.get("next")), 303)


@page("/client/logout", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def portal_sign_out(turn: Turn) -> Response:
    """End this session, here and in the database."""
    turn.call_own("clients.sign_out_portal")
    response = redirect(LOGIN, 303)
    sessions.end_session(response, turn.settings, "portal")
    return response


def portal_signed_in(turn: Turn, session: dict, target: str) -> Response:
    """Give the browser its session and lead on, to choosing a client where there are several."""
    response = redirect(f"{CHOOSE}?{urlencode({'next': target})}" if session["choose"] else target, 303)
    sessions.start_portal_session(response, session["token"], turn.settings)
    return response


def portal_path(target: str | None) -> str:
    """Where somebody wanted to go in the portal, else its first page."""
    return sessions.own_path(target, HOME, *HOMES)


CONTACTS = WayIn(login=LOGIN, template="portal/login.html", session="portal", sign_in="sign_in_portal",
                 step="portal_sign_in_step", finish="finish_portal_sign_in", path=portal_path, signed_in=portal_signed_in)
