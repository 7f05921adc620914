"""/api/v1/clients/{id}/credits: credit is given, and an entry taken back. Each write needs an Idempotency-Key."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn


@api("/clients/<client_id>/credits", access=Permission.CREDITS_ADD, method="POST", needs_key=True, door="billing.add_credit",
     gives="Credit", status=201)
def add_credit(turn: Turn, client_id: str) -> Response:
    """Give credit; answers 201 with the entry of the ledger."""
    client = turn.open_client(client_id)
    return as_json(turn.call("billing.add_credit", **json_fields(turn.request, client_id=client["id"])), 201)


@api("/clients/<client_id>/credits/<entry_id>/reverse", access=Permission.CREDITS_ADD, method="POST", needs_key=True,
     door="billing.reverse_credit", gives="Credit", status=201)
def reverse_credit(turn: Turn, client_id: str, entry_id: str) -> Response:
    """Take an entry back by a new one; answers 201 with that one."""
    client = turn.open_client(client_id)
    return as_json(turn.call("billing.reverse_credit", **json_fields(turn.request, client_id=client["id"], entry_id=entry_id)),
                   201)
