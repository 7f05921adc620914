"""Client list: /admin/clients."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.composition.client_record import LIST_FILTERS, with_totals
from gateway.http.call_errors import is_away, part
from gateway.http.context import RequestContext, request_id
from gateway.http.query_params import paged_parameters
from gateway.http.responses import as_page
from gateway.http.routing import page


@page("/admin/clients", access=Permission.CLIENTS_VIEW)
def client_list(ctx: RequestContext) -> Response:
    """The list, or its rows alone for htmx."""
    params = paged_parameters(ctx.request, *LIST_FILTERS)
    try:
        clients = ctx.call("clients.list_clients", **params)
    except ServiceProblem as problem:
        if not (ctx.is_fragment and is_away(problem)):
            raise
        return _page(ctx, params, None, {}, status=503)
    beside = {"groups": ("clients.list_groups", {})}
    if "tag" in params:
        beside["tags"] = ("clients.list_tags", {})
    clients, answers = with_totals(ctx, clients, **beside)
    return _page(ctx, params, clients, answers)


def _page(ctx: RequestContext, params: dict, clients: dict | None, answers: dict, status: int = 200) -> Response:
    filters = {name: params.get(name, "") for name in ("q", "group", "status", "tag")}
    tag = next(
        (tag for tag in (part(answers.get("tags")) or {}).get("data", []) if tag["id"] == params.get("tag")), None
    )
    return as_page(
        ctx,
        "clients/list.html",
        status,
        clients=clients,
        filters={"sort": params.get("sort", "name"), **filters},
        tag=tag,
        unavailable=(clients or {}).get("unavailable", []),
        request_id=request_id(ctx.request),
        first_page="after" not in params and "before" not in params,
        groups=(part(answers.get("groups")) or {}).get("data", []),
    )
