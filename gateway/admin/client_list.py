"""The client list, /admin/clients."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.composition.client_record import with_totals
from gateway.http.call_errors import is_away, part
from gateway.http.context import RequestContext, request_id
from gateway.http.query_params import PAGING, parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

FILTERS = ("q", "group", "status", "tag", "sort")


@page("/admin/clients", access=Permission.CLIENTS_VIEW)
def client_list(ctx: RequestContext) -> Response:
    """The list, or its rows alone for htmx."""
    asked = parameters(ctx.request, *FILTERS, *PAGING)
    try:
        clients = ctx.call("clients.list_clients", **asked)
    except ServiceProblem as problem:
        if not (ctx.is_fragment and is_away(problem)):
            raise
        return _page(ctx, asked, None, {}, status=503)
    beside = {"groups": ("clients.list_groups", {})}
    if "tag" in asked:
        beside["tags"] = ("clients.list_tags", {})
    clients, answers = with_totals(ctx, clients, **beside)
    return _page(ctx, asked, clients, answers)


def _page(ctx: RequestContext, asked: dict, clients: dict | None, answers: dict, status: int = 200) -> Response:
    filters = {
        "sort": "name",
        **{name: asked.get(name, "") for name in ("q", "group", "status", "tag")},
        **{name: asked[name] for name in ("sort",) if name in asked},
    }
    tag = next(
        (tag for tag in (part(answers.get("tags")) or {}).get("data", []) if tag["id"] == asked.get("tag")), None
    )
    return as_page(
        ctx,
        "clients/list.html",
        status,
        clients=clients,
        filters=filters,
        tag=tag,
        unavailable=(clients or {}).get("unavailable", []),
        request_id=request_id(ctx.request),
        first_page="after" not in asked and "before" not in asked,
        groups=(part(answers.get("groups")) or {}).get("data", []),
    )
