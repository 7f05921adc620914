"""/api/v1/clients/{id}/billing: the currency and the address of the billing account."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.query import expected_version
from gateway.routing import api
from gateway.turn import Turn


@api("/clients/<client_id>/billing", access=Permission.CLIENTS_VIEW, gives="Billing")
def get_billing(turn: Turn, client_id: str) -> Response:
    """The billing account: currency and address, with an ETag of its own."""
    client = turn.open_client(client_id)
    return _answer(turn.call("billing.get_billing", client_id=client["id"]))


@api("/clients/<client_id>/billing", access=Permission.CLIENTS_EDIT, method="PATCH", door="billing.update_billing",
     if_match="required", gives="Billing")
def update_billing(turn: Turn, client_id: str) -> Response:
    """Change what is given, of the version that If-Match names."""
    version = expected_version(turn.request)
    client = turn.open_client(client_id)
    return _answer(turn.call("billing.update_billing", **json_fields(turn.request, client_id=client["id"], version=version)))


def _answer(account: dict) -> Response:
    return as_json({"currency": account["currency"], "address": account["address"]}, ETag=f'"{account["version"]}"')
