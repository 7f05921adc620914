"""Signing in to the portal and out of it, and choosing a client."""

from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from gateway import sessions
from gateway.answers import as_page
from gateway.pages.sign_in import REFUSED, forget_session
from gateway.routing import PORTAL, page
from gateway.turn import Turn

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
    form = turn.request.form
    forget_session(turn)
    try:
        session = turn.call("clients.sign_in_portal", email=form.get("email", ""), password=form.get("password", ""),
                            user_agent=user_agent(turn))
    except ServiceProblem as problem:
        if problem.code not in REFUSED:
            raise
        status = problem.status if problem.status == 429 else 401
        response = as_page(turn, "portal/login.html", status, email=form.get("email", ""), next=form.get("next", ""),
                           error=problem.detail or "Email or password is wrong.")
        response.headers["Retry-After"] = str(problem.extra.get("retry_after", 1))
        return response
    target = portal_path(form.get("next"))
    if "step" in session:
        response = redirect(f"{LOGIN}/code?{urlencode({'next': target})}", 303)
        sessions.start_step(response, session["step"], turn.settings, "portal")
        return response
    return portal_signed_in(turn, session, target)


@page("/client/login/once/<code>", access=Access.PUBLIC, origin=PORTAL)
def portal_sign_in_once(turn: Turn, code: str) -> Response:
    """Sign in by a one-time link of a development system."""
    forget_session(turn)
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


def user_agent(turn: Turn) -> str:
    """What the browser calls itself."""
    return turn.request.headers.get("User-Agent", "")[:300]
