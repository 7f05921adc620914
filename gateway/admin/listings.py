"""Lists over all clients: /admin/invoices, payments, orders, services, domains and tickets."""

from dataclasses import replace

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.composition.listing_views import OpenedListing, open_listing
from gateway.composition.listings import LISTINGS, Listing, client_names, fetch_listing, quoted_invoices
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext, request_id
from gateway.http.query_params import paged_parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

CHANGED_BELOW = "This view cannot be used as it was saved."


def _list_page(listing: Listing) -> None:
    @page(f"/admin{listing.path}", access=listing.permission)
    def list_page(ctx: RequestContext) -> Response:
        """The list, or its rows alone for htmx, which says where they should be that their owner is away; and what of the
        filters cannot be read. Where nothing is asked for it opens with the person's default view."""
        opened = open_listing(ctx, listing, paged_parameters(ctx.request, "view", *listing.filters))
        items, faults, status = None, [], 200
        try:
            items = fetch_listing(ctx, listing, opened.params)
        except ServiceProblem as problem:
            refused = problem.code in ("validation", "unknown-field")
            if refused and opened.as_saved:
                opened = replace(opened, fault={"title": CHANGED_BELOW, "detail": problem.detail})
            elif refused:
                faults, status = problem.errors, 422
            elif is_away(problem) and ctx.is_fragment:
                status = 503
            else:
                raise
        quoted = quoted_invoices(ctx, opened.params) if items and listing.slug == "payments" else []
        more = {"quoted": quoted} if listing.slug == "payments" else {}
        context = _context(ctx, listing, opened, items, faults)
        return as_page(ctx, f"lists/{listing.slug}.html", status, **context, **more)


def _context(
    ctx: RequestContext, listing: Listing, opened: OpenedListing, items: dict | None, faults: list[dict]
) -> dict:
    params, around = opened.params, opened.context(ctx)
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
            "view": opened.view["id"] if opened.view else around["past_default"],
        },
        "client_name": (names or {}).get(chosen),
        "first_page": "after" not in params and "before" not in params,
        "request_id": request_id(ctx.request),
        **around,
    }


for _listing in LISTINGS:
    _list_page(_listing)
