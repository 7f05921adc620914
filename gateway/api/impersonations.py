"""/api/v1/clients/{id}/impersonations: Login as Client started and ended; the list stands with the client's other
ones."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.auth.impersonation import impersonation_url
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api


@api(
    "/clients/<client_id>/impersonations",
    access=Permission.CLIENTS_IMPERSONATE,
    method="POST",
    rpc="clients.start_impersonation",
    response="NewImpersonation",
    status=201,
)
def start_impersonation(ctx: RequestContext, client_id: str) -> Response:
    """Start Login as Client; answers 201 with `url`, good once until `expires_at`, in any browser."""
    return as_json(
        impersonation_url(ctx, "clients.start_impersonation", **json_fields(ctx.request, client_id=client_id)), 201
    )


@api(
    "/clients/<client_id>/impersonations/<impersonation_id>/end",
    access=Permission.CLIENTS_IMPERSONATE,
    method="POST",
    body=False,
    response="Impersonation",
)
def end_impersonation(ctx: RequestContext, client_id: str, impersonation_id: str) -> Response:
    """End a running login as this client, whoever's it is; answers it."""
    return as_json(ctx.call("clients.end_impersonation", client_id=client_id, impersonation_id=impersonation_id))
