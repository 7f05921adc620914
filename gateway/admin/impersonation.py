"""Login as Client: from the client's record into the portal in a tab of its own, and back."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem, not_found
from chassis.permissions import Access, Permission
from gateway.auth.impersonation import impersonation_url
from gateway.http import cookies
from gateway.http.confirmation import confirm, confirmed
from gateway.http.context import RequestContext
from gateway.http.forms import attempt, show, typed
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page

TEMPLATE = "clients/login_as.html"
ENDING = {
    "heading": "End this login",
    "button": "End login",
    "harms": True,
    "text": "Whoever is logged in as this client is out of the portal with their next click. The log keeps who ended it.",
}


@page("/admin/clients/<client_id>/login-as", access=Permission.CLIENTS_IMPERSONATE)
def login_as_form(ctx: RequestContext, client_id: str) -> Response:
    """The form that asks for a reason."""
    client = ctx.open_client(client_id)
    return show(ctx, TEMPLATE, values={"minutes": "30"}, client=client, back=f"/admin/clients/{client['id']}")


@page("/admin/clients/<client_id>/login-as", access=Permission.CLIENTS_IMPERSONATE, method="POST")
def login_as(ctx: RequestContext, client_id: str) -> Response:
    """Start, and lead this tab to the portal's one-time address."""
    client = ctx.open_client(client_id)
    values = typed(ctx, "reason", "minutes")
    fields = {
        "client_id": client["id"],
        "reason": values["reason"],
        "user_agent": ctx.browser,
        "minutes": int(values["minutes"]) if values["minutes"].isdecimal() else values["minutes"],
    }
    return attempt(
        ctx,
        TEMPLATE,
        lambda: impersonation_url(ctx, "clients.start_impersonation_here", **fields),
        lambda made: redirect(made["url"], 303),
        values=values,
        client=client,
        back=f"/admin/clients/{client['id']}",
    )


@page("/admin/clients/<client_id>/impersonations/<impersonation_id>/end", access=Permission.CLIENTS_IMPERSONATE)
def end_form(ctx: RequestContext, client_id: str, impersonation_id: str) -> Response:
    """Asks whether it is meant."""
    client = ctx.open_client(client_id)
    return confirm(ctx, ENDING, client=client, back=f"/admin/clients/{client['id']}")


@page(
    "/admin/clients/<client_id>/impersonations/<impersonation_id>/end",
    access=Permission.CLIENTS_IMPERSONATE,
    method="POST",
)
def end_impersonation(ctx: RequestContext, client_id: str, impersonation_id: str) -> Response:
    """End somebody's running login as this client."""
    client = ctx.open_client(client_id)
    return confirmed(
        ctx,
        ENDING,
        lambda: ctx.call("clients.end_impersonation", client_id=client["id"], impersonation_id=impersonation_id),
        message="Login ended",
        client=client,
        back=f"/admin/clients/{client['id']}",
    )


@page("/client/impersonation/<code>", access=Access.PUBLIC, origin=PORTAL)
def enter(ctx: RequestContext, code: str) -> Response:
    """Exchange the one-time address for the impersonation's cookie; for another browser, a second time or too late
    there is none."""
    ctx.forget_caller()
    try:
        entered = ctx.call("clients.enter_impersonation", code=code, user_agent=ctx.browser, writes=True)
    except ServiceProblem as problem:
        if problem.code not in ("forbidden", "validation"):
            raise
        return as_page(ctx, "portal/no_impersonation.html", 403)
    response = redirect("/dashboard", 303)
    cookies.start_impersonation(response, entered["token"], ctx.settings)
    return response


@page("/client/impersonation/page", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def note_page(ctx: RequestContext) -> Response:
    """What the script of a page tells: it was opened (`way` "opened"), or left."""
    _require_impersonation(ctx)
    form = ctx.request.form
    ctx.call("clients.note_impersonation_page", page=form.get("page", ""), open=form.get("way") == "opened")
    return Response(status=204)


@page("/client/impersonation/end", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def return_to_admin(ctx: RequestContext) -> Response:
    """End the impersonation and lead to the client's record in the admin, wherever else the request would like to
    go."""
    _require_impersonation(ctx)
    response = redirect(record_in_admin(ctx, ctx.call("clients.end_own_impersonation")["client_id"]), 303)
    cookies.end_session(response, ctx.settings, "impersonation")
    return response


def record_in_admin(ctx: RequestContext, client_id: str) -> str:
    """The client's record, on the admin's own origin."""
    return f"{ctx.settings.admin_origin}/admin/clients/{client_id}"


def _require_impersonation(ctx: RequestContext) -> None:
    """For a client's own session there is no such address."""
    if not ctx.in_impersonation:
        raise not_found()
