"""Search: /admin/search, a page of its own, and the list below the box on each page."""

from itertools import groupby

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.composition.search import search
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

IN_LIST, ON_PAGE = 12, 100
_OF_CLIENT = "/admin/clients/{client_id}"
# Where each kind leads to.
_PATHS = {
    "client": _OF_CLIENT,
    "contact": f"{_OF_CLIENT}/contacts",
    "invoice": f"{_OF_CLIENT}/invoices/{{id}}",
    "order": f"{_OF_CLIENT}/orders/{{id}}",
    "service": f"{_OF_CLIENT}/services/{{id}}",
    "domain": f"{_OF_CLIENT}/domains",
    "ticket": f"{_OF_CLIENT}/tickets/{{id}}",
}


@page("/admin/search", access=Permission.CLIENTS_VIEW)
def results(ctx: RequestContext) -> Response:
    """What `q` finds, by kind; what cannot be looked for is said beside the box."""
    q = parameters(ctx.request, "q").get("q", "")
    ctx.identify()
    found, fault = {"data": [], "unavailable": []}, None
    if q:
        try:
            found = search(ctx, {"q": q, "limit": str(IN_LIST if ctx.is_fragment else ON_PAGE)})
        except ServiceProblem as problem:
            if problem.code != "validation":
                raise
            fault = problem.errors[0]["message"]
    groups = [(kind, list(hits)) for kind, hits in groupby(map(_linked, found["data"]), key=lambda hit: hit["kind"])]
    return as_page(
        ctx, "search.html", 422 if fault else 200, q=q, groups=groups, unavailable=found["unavailable"], fault=fault
    )


def _linked(hit: dict) -> dict:
    return {**hit, "path": _PATHS[hit["kind"]].format(**hit)}
