"""Clients: /api/v1/clients, the list, the record and its changes, and the collection behind each tab of a record."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.composition.client_list import FILTERS, fetch_clients
from gateway.composition.client_record import record, record_calls
from gateway.composition.record_tabs import TABS
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.query_params import PAGING, expected_version
from gateway.http.responses import as_json
from gateway.http.routing import api
from gateway.http.short_lists import page_of

CLIENT = "/clients/<client_id>"


@api(
    "/clients",
    access=Permission.CLIENTS_VIEW,
    rpc="clients.list_clients",
    query=(*FILTERS, "fields", *PAGING),
    response="Clients",
)
def list_clients(ctx: RequestContext) -> Response:
    """The client list, with billing's totals of each row. `totals_as_of` is the moment up to which these are complete,
    null while that is no more than a second ago; where it cannot be said they are null, and `unavailable` names billing.

    A `filter` that cannot be read is a 422 whose error says at which `position` (the first character is 1), over what
    `length`, and the `nearest` text that would be right there.

    `fields` names fields of a row and columns of the list, with commas between them: a row has those alone, and in its
    `columns` what it has not by itself.

    A write in billing answers the header `Commerce-Written-Client`; a list that is sent it shows that write.
    """
    clients = fetch_clients(ctx, **ctx.params)
    clients.pop("choices")
    return as_json(clients)


forward(
    "/clients/filter-fields",
    "clients.client_filter_fields",
    summary="What the client list can be filtered by",
    description="Its columns, totals and custom fields, with the groups, tags and staff that there are now.",
    access=Permission.CLIENTS_VIEW,
    response="ClientFilterFields",
)


@api(
    "/clients",
    access=Permission.CLIENTS_CREATE,
    method="POST",
    rpc="clients.create_client",
    response="Client",
    status=201,
)
def create_client(ctx: RequestContext) -> Response:
    """Create a client; answers 201 with its record."""
    created = ctx.call("clients.create_client", **json_fields(ctx.request))
    return _record(ctx, created["id"], status=201, Location=f"/api/v1/clients/{created['id']}")


@api(CLIENT, access=Permission.CLIENTS_VIEW, response="Client")
def get_client(ctx: RequestContext, client_id: str) -> Response:
    """The client record: profile, billing, summary, counts. Its ETag is the version of the profile alone."""
    return _record(ctx, client_id)


@api(
    CLIENT,
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
    client_id = ctx.check_client(client_id)
    ctx.call("clients.update_client", **json_fields(ctx.request, client_id=client_id, version=version))
    return _record(ctx, client_id)


@api(
    f"{CLIENT}/status",
    access=Permission.CLIENTS_EDIT,
    method="POST",
    rpc="clients.change_client_status",
    response="Client",
)
def change_status(ctx: RequestContext, client_id: str) -> Response:
    """Change it; answers the record."""
    client_id = ctx.check_client(client_id)
    ctx.call("clients.change_client_status", **json_fields(ctx.request, client_id=client_id))
    return _record(ctx, client_id)


def _record(ctx: RequestContext, client_id: str, status: int = 200, **headers) -> Response:
    """The client record with its ETag."""
    client = ctx.read_client(client_id)
    answers = ctx.gather(**record_calls(client["id"]))
    return as_json(record(client, answers), status, ETag=f'"{client["version"]}"', **headers)


for _tab in TABS:
    forward(
        _tab.path,
        _tab.rpc,
        summary=_tab.summary,
        access=_tab.permission,
        query=(*_tab.filters, *(PAGING if _tab.paged else ())),
        short=not _tab.paged,
        response=_tab.schema,
    )


@api(f"{CLIENT}/tags", access=Permission.CLIENTS_VIEW, query=PAGING, response="ClientTags")
def client_tags(ctx: RequestContext, client_id: str) -> Response:
    """A page of the client's tags."""
    return as_json(page_of(ctx.request.path, ctx.read_client(client_id)["tags"], ctx.params))


forward(
    f"{CLIENT}/tags",
    "clients.set_client_tags",
    summary="Give the client exactly these tags; answers them",
    description="With `was`, the tags that the caller had seen, only what differs from them is added and taken away.",
    access=Permission.CLIENTS_EDIT,
    method="PUT",
    short=True,
    response="ClientTags",
)
forward(
    f"{CLIENT}/custom-fields",
    "clients.set_custom_field_values",
    summary="Set values of custom fields; those that are not named stay",
    description="Answers all as GET does. With `was`, values that the caller had seen: 409 where one is another now.",
    access=Permission.CLIENTS_EDIT,
    method="PUT",
    short=True,
    response="CustomFieldValues",
)
