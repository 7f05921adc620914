"""/api/v1/clients/{id}/credits: credit is given, and an entry taken back. Each write needs an Idempotency-Key."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api


@api(
    "/clients/<client_id>/credits",
    access=Permission.CREDITS_ADD,
    method="POST",
    needs_key=True,
    rpc="billing.add_credit",
    response="Credit",
    status=201,
)
def add_credit(ctx: RequestContext, client_id: str) -> Response:
    """Give credit; answers 201 with the entry of the ledger."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("billing.add_credit", **json_fields(ctx.request, client_id=client["id"])), 201)


@api(
    "/clients/<client_id>/credits/<entry_id>/reverse",
    access=Permission.CREDITS_ADD,
    method="POST",
    needs_key=True,
    rpc="billing.reverse_credit",
    response="Credit",
    status=201,
)
def reverse_credit(ctx: RequestContext, client_id: str, entry_id: str) -> Response:
    """Take an entry back by a new one; answers 201 with that one."""
    client = ctx.open_client(client_id)
    return as_json(
        ctx.call("billing.reverse_credit", **json_fields(ctx.request, client_id=client["id"], entry_id=entry_id)), 201
    )
