"""/api/v1/clients/{id}/status: the client's own status."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.clients import record_answer
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.routing import api


@api(
    "/clients/<client_id>/status",
    access=Permission.CLIENTS_EDIT,
    method="POST",
    rpc="clients.change_client_status",
    response="Client",
)
def change_status(ctx: RequestContext, client_id: str) -> Response:
    """Change it; answers the record."""
    client = ctx.open_client(client_id)
    ctx.call("clients.change_client_status", **json_fields(ctx.request, client_id=client["id"]))
    return record_answer(ctx, client["id"])
