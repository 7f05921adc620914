"""/api/v1/clients/{id}: the profile, tags and custom field values as staff change them."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.api.clients import record_answer
from gateway.body import json_fields
from gateway.query import expected_version
from gateway.routing import api
from gateway.turn import Turn


@api("/clients/<client_id>", access=Permission.CLIENTS_EDIT, method="PATCH", door="clients.update_client", if_match="required",
     gives="Client")
def update_client(turn: Turn, client_id: str) -> Response:
    """Change the given fields of the profile, `group_id` among them; answers the record with its new ETag.

    Needs If-Match with the record's ETag. A 412 says in `changed` which fields were changed since, to what and by whom.
    """
    version = expected_version(turn.request)
    client = turn.open_client(client_id)
    turn.call("clients.update_client", **json_fields(turn.request, client_id=client["id"], version=version))
    return record_answer(turn, client["id"])


@api("/clients/<client_id>/tags", access=Permission.CLIENTS_EDIT, method="PUT", door="clients.set_client_tags",
     gives="ClientTags")
def set_tags(turn: Turn, client_id: str) -> Response:
    """Give the client exactly these tags; answers them."""
    return _put(turn, client_id, "clients.set_client_tags")


@api("/clients/<client_id>/custom-fields", access=Permission.CLIENTS_EDIT, method="PUT", door="clients.set_custom_field_values",
     gives="CustomFieldValues")
def set_custom_fields(turn: Turn, client_id: str) -> Response:
    """Set values of custom fields; those that are not named stay. Answers all as GET does."""
    return _put(turn, client_id, "clients.set_custom_field_values")


def _put(turn: Turn, client_id: str, target: str) -> Response:
    client = turn.open_client(client_id)
    return as_json(turn.call(target, **json_fields(turn.request, client_id=client["id"])))
