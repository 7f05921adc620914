"""Signing in and out of the admin."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway import sessions
from gateway.answers import as_page
from gateway.routing import page
from gateway.turn import Turn
from gateway.way_in import WayIn, check_code, check_password, code_form

START = "/admin/clients"


@page("/admin/login", access=Access.PUBLIC)
def sign_in_form(turn: Turn) -> Response:
    """The sign-in page; it sets the cookie that its form is bound to.

    Who comes from another site (by Return to Admin, by a link) sends no cookie of ours, and may be signed in all the same: they
    are led on from a page of ours first.
    """
    target = sessions.own_path(turn.request.args.get("next"), "")
    if target and turn.request.headers.get("Sec-Fetch-Site") == "cross-site":
        return as_page(turn, "returning.html", target=target)
    sessions.offer_form_secret(turn.request, turn.settings)
    return as_page(turn, "login.html", email="", next=turn.request.args.get("next", ""), error=None)


@page("/admin/login", access=Access.PUBLIC, method="POST")
def sign_in(turn: Turn) -> Response:
    """Check email and password; on success a fresh session and on to where the person wanted to go."""
    return check_password(turn, STAFF)


@page("/admin/login/code", access=Access.PUBLIC)
def staff_code_form(turn: Turn) -> Response:
    """The form for the code, or for setting the second factor up where it is asked for and missing."""
    return code_form(turn, STAFF)


@page("/admin/login/code", access=Access.PUBLIC, method="POST")
def check_staff_code(turn: Turn) -> Response:
    """Check the code; a good one starts the session."""
    return check_code(turn, STAFF)


@page("/admin/login/once/<code>", access=Access.PUBLIC)
def sign_in_once(turn: Turn, code: str) -> Response:
    """Sign in by a one-time link of a development system."""
    turn.forget_caller()
    return signed_in(turn, turn.call("clients.sign_in_once", code=code, writes=True), START)


@page("/admin/logout", access=Access.SIGNED_IN, method="POST")
def sign_out(turn: Turn) -> Response:
    """End this session, here and in the database."""
    turn.call("clients.sign_out")
    response = redirect("/admin/login", 303)
    sessions.end_session(response, turn.settings)
    return response


def signed_in(turn: Turn, session: dict, target: str) -> Response:
    """Give the browser its session and lead on."""
    response = redirect(target, 303)
    sessions.start_session(response, session["token"], turn.settings)
    return response


STAFF = WayIn(login="/admin/login", template="login.html", session="admin", sign_in="sign_in", step="sign_in_step",
              finish="finish_sign_in", path=lambda target: sessions.own_path(target, START), signed_in=signed_in)
