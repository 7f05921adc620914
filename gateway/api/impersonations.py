"""Impersonations: /api/v1/clients/{id}/impersonations, Login as Client listed, started and ended."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.auth.impersonation import impersonation_url
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.query_params import PAGING
from gateway.http.responses import as_json
from gateway.http.routing import api

IMPERSONATIONS = "/clients/<client_id>/impersonations"

forward(
    IMPERSONATIONS,
    "clients.list_impersonations",
    summary="A page of the client's impersonations",
    access=Permission.CLIENTS_VIEW,
    query=PAGING,
    response="Impersonations",
)


@api(
    IMPERSONATIONS,
    access=Permission.CLIENTS_IMPERSONATE,
    method="POST",
    rpc="clients.start_impersonation",
    response="NewImpersonation",
    status=201,
)
def start_impersonation(ctx: RequestContext, client_id: str) -> Response:
    """Start Login as Client; answers 201 with `url`, good once until `expires_at`: in any browser where a token asked, in
    that of the admin session where one did."""
    return as_json(
        impersonation_url(ctx, "clients.start_impersonation", **json_fields(ctx.request, client_id=client_id)), 201
    )


forward(
    f"{IMPERSONATIONS}/<impersonation_id>/end",
    "clients.end_impersonation",
    summary="End a running login as this client, whoever's it is; answers it",
    access=Permission.CLIENTS_IMPERSONATE,
    method="POST",
    body=False,
    response="Impersonation",
)
