"""/api/v1/clients: list, create, record, and what belongs to one client."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.client_record import head_calls, record, with_totals
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.query_params import PAGING
from gateway.http.responses import as_json
from gateway.http.routing import api

LIST_FILTERS = ("q", "group", "status", "tag", "sort")


@api(
    "/clients",
    access=Permission.CLIENTS_VIEW,
    rpc="clients.list_clients",
    query=(*LIST_FILTERS, *PAGING),
    response="Clients",
)
def list_clients(ctx: RequestContext) -> Response:
    """The client list, with Services and Outstanding of each row; `unavailable` names billing when it did not
    answer."""
    clients, _ = with_totals(ctx, ctx.call("clients.list_clients", **ctx.params))
    return as_json(clients)


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
    return record_answer(ctx, created["id"], status=201, Location=f"/api/v1/clients/{created['id']}")


@api("/clients/<client_id>", access=Permission.CLIENTS_VIEW, response="Client")
def get_client(ctx: RequestContext, client_id: str) -> Response:
    """The client record: profile, billing, summary, counts. Its ETag is the version of the profile alone."""
    return record_answer(ctx, client_id)


def record_answer(ctx: RequestContext, client_id: str, status: int = 200, **headers) -> Response:
    """The record as GET shows it, with its ETag."""
    client = ctx.open_client(client_id)
    answers = ctx.gather(account=("billing.get_billing", {"client_id": client["id"]}), **head_calls(client["id"]))
    return as_json(record(client, answers), status, ETag=f'"{client["version"]}"', **headers)


def _collection(path: str, target: str, access: Permission, *filters: str):
    """A paged collection under a client."""

    def collection(ctx: RequestContext, client_id: str) -> Response:
        client = ctx.open_client(client_id)
        return as_json({**ctx.call(target, client_id=client["id"], **ctx.params), "unavailable": []})

    collection.__doc__ = f"A page of the client's {path}."
    api(
        f"/clients/<client_id>/{path}", access=access, rpc=target, query=(*filters, *PAGING), response=path.capitalize()
    )(collection)


_collection("services", "billing.list_subscriptions", Permission.SERVICES_VIEW, "status")
_collection("invoices", "billing.list_invoices", Permission.INVOICES_VIEW, "status")
_collection("orders", "billing.list_orders", Permission.ORDERS_VIEW, "status")
_collection("domains", "billing.list_domains", Permission.DOMAINS_VIEW)
_collection("tickets", "support.list_tickets", Permission.TICKETS_VIEW, "status")
_collection("contacts", "clients.list_contacts", Permission.CLIENTS_VIEW)
_collection("notes", "clients.list_notes", Permission.NOTES_VIEW)
_collection("credits", "billing.list_credits", Permission.CREDITS_VIEW)
_collection("impersonations", "clients.list_impersonations", Permission.CLIENTS_VIEW)
_collection("activity", "audit.list_activity", Permission.CLIENTS_VIEW, "category", "actor", "from", "to", "cause")


@api("/clients/<client_id>/tags", access=Permission.CLIENTS_VIEW, response="ClientTags")
def client_tags(ctx: RequestContext, client_id: str) -> Response:
    """The client's tags."""
    return as_json({"data": ctx.open_client(client_id)["tags"]})


@api("/clients/<client_id>/custom-fields", access=Permission.CLIENTS_VIEW, response="CustomFieldValues")
def custom_field_values(ctx: RequestContext, client_id: str) -> Response:
    """The client's values of the custom fields."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("clients.get_custom_field_values", client_id=client["id"]))
