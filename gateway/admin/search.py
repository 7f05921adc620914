"""Search: /admin/search, a page of its own, and the palette over every page, /admin/palette."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access, Permission
from chassis.types.ids import parse_id
from gateway.composition.palette import palette_sections
from gateway.composition.search import by_kind, search
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

ON_PAGE = 100
RECENT = 8


@page("/admin/search", access=Permission.CLIENTS_VIEW)
def results(ctx: RequestContext) -> Response:
    """What `q` finds, by kind; what cannot be looked for is said beside the box."""
    q = parameters(ctx.request, "q").get("q", "")
    ctx.identify()
    found, fault = {"data": [], "unavailable": []}, None
    if q:
        try:
            found = search(ctx, {"q": q, "limit": str(ON_PAGE)})
        except ServiceProblem as problem:
            fault = _fault(problem)
    groups, unavailable = by_kind(found["data"]), found["unavailable"]
    return as_page(ctx, "search.html", 422 if fault else 200, q=q, groups=groups, unavailable=unavailable, fault=fault)


@page("/admin/palette", access=Access.SIGNED_IN)
def palette(ctx: RequestContext) -> Response:
    """What the palette shows for `q`, on the page of a `client`, to who has opened the clients `recent` (ids, with commas
    between) last."""
    asked = parameters(ctx.request, "q", "client", "recent")
    recent = [str(id) for id in map(parse_id, asked.get("recent", "").split(",")) if id][:RECENT]
    current = parse_id(asked.get("client", ""))
    ctx.identify()
    shown, fault = {"sections": [], "unavailable": [], "short": False}, None
    try:
        shown = palette_sections(ctx, asked.get("q", ""), current and str(current), recent)
    except ServiceProblem as problem:
        fault = _fault(problem)
    return as_page(ctx, "palette.html", 422 if fault else 200, q=asked.get("q", ""), fault=fault, **shown)


def _fault(problem: ServiceProblem) -> str:
    """Why `q` cannot be looked for; another problem is raised."""
    if problem.code != "validation":
        raise problem
    return problem.errors[0]["message"]
