"""Signing in and out of the admin."""

from dataclasses import replace
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from gateway import sessions
from gateway.answers import as_page
from gateway.routing import page
from gateway.turn import Turn

START = "/admin/clients"
REFUSED = ("unauthenticated", "validation", "too-many-requests", "csrf")


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
    form = turn.request.form
    forget_session(turn)
    try:
        session = turn.call("clients.sign_in", email=form.get("email", ""), password=form.get("password", ""),
                            user_agent=turn.request.headers.get("User-Agent", "")[:300])
    except ServiceProblem as problem:
        if problem.code not in REFUSED:
            raise
        status = problem.status if problem.status == 429 else 401
        response = as_page(turn, "login.html", status, email=form.get("email", ""), next=form.get("next", ""),
                           error=problem.detail or "Email or password is wrong.")
        response.headers["Retry-After"] = str(problem.extra.get("retry_after", 1))
        return response
    target = sessions.own_path(form.get("next"), START)
    if "step" in session:
        response = redirect(f"/admin/login/code?{urlencode({'next': target})}", 303)
        sessions.start_step(response, session["step"], turn.settings)
        return response
    return signed_in(turn, session, target)


@page("/admin/login/once/<code>", access=Access.PUBLIC)
def sign_in_once(turn: Turn, code: str) -> Response:
    """Sign in by a one-time link of a development system."""
    forget_session(turn)
    return signed_in(turn, turn.call("clients.sign_in_once", code=code, writes=True), START)


@page("/admin/logout", access=Access.SIGNED_IN, method="POST")
def sign_out(turn: Turn) -> Response:
    """End this session, here and in the database."""
    turn.call("clients.sign_out")
    response = redirect("/admin/login", 303)
    sessions.end_session(response, turn.settings)
    return response


def forget_session(turn: Turn) -> None:
    """Whoever signs in is nobody yet, whatever cookie the browser still sends."""
    turn.caller, turn.credential = replace(turn.caller, credential=None), None


def signed_in(turn: Turn, session: dict, target: str) -> Response:
    """Give the browser its session and lead on."""
    response = redirect(target, 303)
    sessions.start_session(response, session["token"], turn.settings)
    return response
