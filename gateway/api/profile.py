"""/api/v1/clients/{id}: the profile, tags and custom field values as staff change them."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.clients import record_answer
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.query_params import expected_version
from gateway.http.responses import as_json
from gateway.http.routing import api


@api(
    "/clients/<client_id>",
    access=Permission.CLIENTS_EDIT,
    method="PATCH",
    rpc="clients.update_client",
    if_match="required",
    response="Client",
)
def update_client(ctx: RequestContext, client_id: str) -> Response:
    """Change the given fields of the profile, `group_id` among them; answers the record with its new ETag.

    Needs If-Match with the record's ETag. A 412 says in `changed` which fields were changed since, to what and by whom.
    """
    version = expected_version(ctx.request)
    client = ctx.open_client(client_id)
    ctx.call("clients.update_client", **json_fields(ctx.request, client_id=client["id"], version=version))
    return record_answer(ctx, client["id"])


@api(
    "/clients/<client_id>/tags",
    access=Permission.CLIENTS_EDIT,
    method="PUT",
    rpc="clients.set_client_tags",
    response="ClientTags",
)
def set_tags(ctx: RequestContext, client_id: str) -> Response:
    """Give the client exactly these tags; answers them."""
    return _put(ctx, client_id, "clients.set_client_tags")


@api(
    "/clients/<client_id>/custom-fields",
    access=Permission.CLIENTS_EDIT,
    method="PUT",
    rpc="clients.set_custom_field_values",
    response="CustomFieldValues",
)
def set_custom_fields(ctx: RequestContext, client_id: str) -> Response:
    """Set values of custom fields; those that are not named stay. Answers all as GET does."""
    return _put(ctx, client_id, "clients.set_custom_field_values")


def _put(ctx: RequestContext, client_id: str, target: str) -> Response:
    client = ctx.open_client(client_id)
    return as_json(ctx.call(target, **json_fields(ctx.request, client_id=client["id"])))
