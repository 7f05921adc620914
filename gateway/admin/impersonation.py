"""Login as Client (impersonation): started from the client's record, and ended there."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.auth.impersonation import impersonation_url
from gateway.http.context import RequestContext
from gateway.http.forms import CONFIRM, attempt, confirm, show, submit, typed
from gateway.http.query_params import parameters
from gateway.http.routing import page

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
    """Start, and lead this tab to the one-time URL of the portal."""
    client = ctx.open_client(client_id)
    values = typed(ctx, "reason", "minutes")
    fields = {
        "client_id": client["id"],
        "reason": values["reason"],
        "minutes": int(values["minutes"]) if values["minutes"].isdecimal() else values["minutes"],
    }
    return attempt(
        ctx,
        TEMPLATE,
        lambda: impersonation_url(ctx, "clients.start_impersonation", **fields),
        lambda made: redirect(made["url"], 303),
        back=f"/admin/clients/{client['id']}",
        values=values,
        context=lambda: {"client": client},
    )


@page("/admin/impersonations/<impersonation_id>/browser", access=Permission.CLIENTS_IMPERSONATE)
def confirm_browser(ctx: RequestContext, impersonation_id: str) -> Response:
    """Where the portal sends a browser that wants to enter: it has this admin's session, which lets it in."""
    browser = parameters(ctx.request, "hash").get("hash", "")
    ctx.call_as_self("clients.confirm_impersonation_browser", impersonation_id=impersonation_id, browser=browser)
    return redirect(f"{ctx.settings.portal_origin}/client/impersonation/continue", 303)


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
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call("clients.end_impersonation", client_id=client["id"], impersonation_id=impersonation_id),
        message="Login ended",
        back=f"/admin/clients/{client['id']}",
        context=lambda: {"client": client, "question": ENDING},
    )
