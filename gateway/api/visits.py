"""/api/v1/clients/{id}/impersonations: Login as Client started and ended; the list stands with the client's other ones."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn


@api("/clients/<client_id>/impersonations", access=Permission.CLIENTS_IMPERSONATE, method="POST", door="clients.start_visit",
     gives="NewVisit", status=201)
def start_visit(turn: Turn, client_id: str) -> Response:
    """Start Login as Client; answers 201 with `url`, good once until `expires_at`, in any browser."""
    return as_json(way_in(turn, "clients.start_visit", **json_fields(turn.request, client_id=client_id)), 201)


@api("/clients/<client_id>/impersonations/<visit_id>/end", access=Permission.CLIENTS_IMPERSONATE, method="POST", body=False,
     gives="Visit")
def end_visit(turn: Turn, client_id: str, visit_id: str) -> Response:
    """End a running login as this client, whoever's it is; answers it."""
    return as_json(turn.call("clients.end_visit", client_id=client_id, visit_id=visit_id))


def way_in(turn: Turn, door: str, **fields) -> dict:
    """A visit that was started, with `url`, its way in, and `expires_at`.

    Raises `invalid-state` for a repeat: the way in is shown once.
    """
    made = turn.call_own(door, **fields)
    if "code" not in made:
        raise ServiceProblem("invalid-state", "This login was started before. Start it again for a new way in.")
    code, expires_at = made.pop("code"), made.pop("code_expires_at")
    return {**made, "url": f"{turn.settings.portal_origin}/client/visit/{code}", "expires_at": expires_at}
