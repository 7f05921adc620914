"""The portal's side of an impersonation: entering by the one-time URL, noting pages, and returning to the admin."""

import hashlib
import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem, not_found
from chassis.permissions import Access
from gateway.http import cookies
from gateway.http.context import RequestContext
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page


@page("/client/impersonation/<code>", access=Access.PUBLIC, origin=PORTAL)
def enter(ctx: RequestContext, code: str) -> Response:
    """Exchange the one-time URL for the impersonation's cookie; a second time or too late there is none.

    What an admin session has started is entered by that session's browser alone: this one is given a secret, and sent by
    the admin, whose cookie it has to have, to `finish`.
    """
    ctx.forget_caller()
    entered = _exchange(ctx, code=code)
    if entered is None or "confirm" not in entered:
        return _entered(ctx, entered)
    secret = secrets.token_urlsafe(32)
    confirm = f"{ctx.settings.admin_origin}/admin/impersonations/{entered['confirm']}/browser"
    response = redirect(f"{confirm}?hash={_hash(secret)}", 303)
    cookies.start_handoff(response, f"{code}.{secret}", ctx.settings)
    return response


@page("/client/impersonation/continue", access=Access.PUBLIC, origin=PORTAL)
def finish(ctx: RequestContext) -> Response:
    """Enter, now that the admin session has confirmed this browser."""
    ctx.forget_caller()
    code, _, secret = ctx.request.cookies.get(cookies.handoff_cookie(ctx.settings), "").partition(".")
    response = _entered(ctx, _exchange(ctx, code=code, browser=_hash(secret)))
    cookies.end_session(response, ctx.settings, "handoff")
    return response


def _exchange(ctx: RequestContext, **given: str) -> dict | None:
    try:
        return ctx.call("clients.enter_impersonation", writes=True, **given)
    except ServiceProblem as problem:
        if problem.code not in ("forbidden", "validation"):
            raise
        return None


def _entered(ctx: RequestContext, entered: dict | None) -> Response:
    if entered is None or "token" not in entered:
        return as_page(ctx, "portal/no_impersonation.html", 403)
    response = redirect("/dashboard", 303)
    cookies.start_impersonation(response, entered["token"], ctx.settings)
    return response


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@page("/client/impersonation/page", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def note_page(ctx: RequestContext) -> Response:
    """Note a page that its script reports: opened (`event` "opened"), or left."""
    _require_impersonation(ctx)
    form = ctx.request.form
    ctx.call("clients.note_impersonation_page", page=form.get("page", ""), open=form.get("event") == "opened")
    return Response(status=204)


@page("/client/impersonation/end", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def return_to_admin(ctx: RequestContext) -> Response:
    """End the impersonation and lead to the client's record in the admin, wherever else the request would like to
    go."""
    _require_impersonation(ctx)
    client_id = ctx.call("clients.end_my_impersonation")["client_id"]
    response = redirect(f"{ctx.settings.admin_origin}/admin/clients/{client_id}", 303)
    cookies.end_session(response, ctx.settings, "impersonation")
    return response


def _require_impersonation(ctx: RequestContext) -> None:
    """For a client's own session there is no such address."""
    if not ctx.in_impersonation:
        raise not_found()
