"""/api/v1/clients/{id}/billing: the currency and the address of the billing account."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.query_params import expected_version
from gateway.http.responses import as_json
from gateway.http.routing import api


@api("/clients/<client_id>/billing", access=Permission.CLIENTS_VIEW, response="Billing")
def get_billing(ctx: RequestContext, client_id: str) -> Response:
    """The billing account: currency and address, with an ETag of its own."""
    client = ctx.open_client(client_id)
    return _answer(ctx.call("billing.get_billing", client_id=client["id"]))


@api(
    "/clients/<client_id>/billing",
    access=Permission.CLIENTS_EDIT,
    method="PATCH",
    rpc="billing.update_billing",
    if_match="required",
    response="Billing",
)
def update_billing(ctx: RequestContext, client_id: str) -> Response:
    """Change what is given, of the version that If-Match names."""
    version = expected_version(ctx.request)
    client = ctx.open_client(client_id)
    return _answer(
        ctx.call("billing.update_billing", **json_fields(ctx.request, client_id=client["id"], version=version))
    )


def _answer(account: dict) -> Response:
    return as_json({"currency": account["currency"], "address": account["address"]}, ETag=f'"{account["version"]}"')
