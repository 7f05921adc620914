"""/api/v1/clients/{id}/status: the client's own status."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.clients import record_answer
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn


@api("/clients/<client_id>/status", access=Permission.CLIENTS_EDIT, method="POST", door="clients.change_client_status",
     gives="Client")
def change_status(turn: Turn, client_id: str) -> Response:
    """Change it; answers the record."""
    client = turn.open_client(client_id)
    turn.call("clients.change_client_status", **json_fields(turn.request, client_id=client["id"]))
    return record_answer(turn, client["id"])
