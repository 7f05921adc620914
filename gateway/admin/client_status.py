"""The client's own status: the form that changes it."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed
from gateway.http.routing import page

TEMPLATE = "clients/status.html"


@page("/admin/clients/<client_id>/status", access=Permission.CLIENTS_EDIT)
def status_form(ctx: RequestContext, client_id: str) -> Response:
    """The form, with the status as it is now."""
    client = ctx.open_client(client_id)
    return show(ctx, TEMPLATE, client=client, back=f"/admin/clients/{client['id']}")


@page("/admin/clients/<client_id>/status", access=Permission.CLIENTS_EDIT, method="POST")
def change_status(ctx: RequestContext, client_id: str) -> Response:
    """Change it, for the reason given."""
    client = ctx.open_client(client_id)
    values = typed(ctx, "status", "reason")
    return submit(
        ctx,
        TEMPLATE,
        lambda: ctx.call("clients.change_client_status", client_id=client["id"], **values),
        message=f"Status changed to {values['status']}",
        back=f"/admin/clients/{client['id']}",
        values=values,
        context=lambda: {"client": client},
    )
