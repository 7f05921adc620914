"""Lists over all clients: /admin/invoices, payments, orders, services, domains and tickets."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.composition.listings import LISTINGS, Listing, client_names, fetch_listing, quoted_invoices
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext, request_id
from gateway.http.query_params import paged_parameters
from gateway.http.responses import as_page
from gateway.http.routing import page


def _list_page(listing: Listing) -> None:
    @page(f"/admin{listing.path}", access=listing.permission)
    def list_page(ctx: RequestContext) -> Response:
        """The list, or its rows alone for htmx, which says where they should be that their owner is away; and what of the
        filters cannot be read."""
        params = paged_parameters(ctx.request, *listing.filters)
        items, faults, status = None, [], 200
        try:
            items = fetch_listing(ctx, listing, params)
        except ServiceProblem as problem:
            if problem.code in ("validation", "unknown-field"):
                faults, status = problem.errors, 422
            elif is_away(problem) and ctx.is_fragment:
                status = 503
            else:
                raise
        more = {"quoted": quoted_invoices(ctx, params) if items else []} if listing.slug == "payments" else {}
        context = _context(ctx, listing, params, items, faults)
        return as_page(ctx, f"lists/{listing.slug}.html", status, **context, **more)


def _context(ctx: RequestContext, listing: Listing, params: dict, items: dict | None, faults: list[dict]) -> dict:
    chosen = params.get("client") if items else None
    names = client_names(ctx, [], chosen) if chosen else {}
    return {
        "listing": listing,
        "items": items,
        "faults": faults,
        "filters": {
            "sort": listing.sorts[0][0],
            **{name: "" for name in listing.filters if name != "sort"},
            **{name: value for name, value in params.items() if name in listing.filters},
        },
        "client_name": (names or {}).get(chosen),
        "first_page": "after" not in params and "before" not in params,
        "request_id": request_id(ctx.request),
    }


for _listing in LISTINGS:
    _list_page(_listing)
