"""Client list: /admin/clients."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.http.access_log import request_id
from chassis.permissions import Permission
from gateway.admin.bulk_acts import MOST_CLIENTS
from gateway.composition.client_list import FILTERS, fetch_clients
from gateway.composition.filter_chips import faulty, filter_state, is_of_filter
from gateway.composition.views import around_list
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext
from gateway.http.query_params import paged_parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.ui.columns import STANDARD

UNKNOWN = {
    "views": [],
    "view": None,
    "changed": False,
    "fault": None,
    "asked": {},
    "layout": {
        "columns": [column.key for column in STANDARD],
        "gone": 0,
        "widths": {},
        "density": "two_lines",
        "custom_fields": [],
    },
}
"""What stands around the list while it cannot be read."""


@page("/admin/clients", access=Permission.CLIENTS_VIEW)
def client_list(ctx: RequestContext) -> Response:
    """The list, or its rows alone for htmx. Where nothing is asked for it opens with the person's default view."""
    params = paged_parameters(ctx.request, "view", *FILTERS)
    view = params.get("view", None if params else "default")
    try:
        clients = fetch_clients(ctx, "clients.open_client_list", **{**params, "view": view}, choices=True)
    except ServiceProblem as problem:
        if "filter" in params and is_of_filter(problem):
            return _refused(ctx, params, problem)
        if any(error["pointer"] == "/sort" for error in problem.errors):
            fault = {"title": "The list cannot be sorted by this", "detail": problem.errors[0]["message"]}
            return _page(ctx, params, None, problem.status, fault=fault)
        if not (ctx.is_fragment and is_away(problem)):
            raise
        return _page(ctx, params, None, status=503)
    return _page(ctx, params, clients)


def _refused(ctx: RequestContext, params: dict, problem: ServiceProblem) -> Response:
    """The page with what is wrong with the filter, or for htmx that alone: the rows and the address stay as they are."""
    response = _page(ctx, params, None, problem.status, faulty(params["filter"], problem))
    response.headers.update({"HX-Reswap": "none", "HX-Push-Url": "false", "HX-Replace-Url": "false"})
    return response


def _page(
    ctx: RequestContext,
    params: dict,
    clients: dict | None,
    status: int = 200,
    filter: dict | None = None,
    fault: dict | None = None,
) -> Response:
    choices = clients["choices"] if clients else {"groups": [], "tag": None}
    around = clients or {**UNKNOWN, "fault": fault}
    filters = {name: params.get(name, "") for name in ("view", "q", "group", "status", "tag", "filter")}
    filters |= around["asked"]
    return as_page(
        ctx,
        "clients/list.html",
        status,
        clients=clients,
        filters={"sort": params.get("sort", "name"), **filters},
        filter=filter or filter_state(filters["filter"]),
        tag=choices["tag"],
        unavailable=clients["unavailable"] if clients else [],
        totals_as_of=clients and clients["totals_as_of"],
        request_id=request_id(ctx.request),
        first_page="after" not in params and "before" not in params,
        groups=choices["groups"],
        act_takes=MOST_CLIENTS,
        **around_list(ctx, around),
    )
