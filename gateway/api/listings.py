"""Lists over all clients: /api/v1/invoices, payments, orders, services, domains and tickets."""

from werkzeug.wrappers import Response

from gateway.composition.listings import LISTINGS, Listing, fetch_listing
from gateway.http.context import RequestContext
from gateway.http.query_params import PAGING
from gateway.http.responses import as_json
from gateway.http.routing import api


def _collection(listing: Listing) -> None:
    def handler(ctx: RequestContext) -> Response:
        return as_json(fetch_listing(ctx, listing, ctx.params))

    handler.__name__ = f"all_{listing.slug}"
    handler.__doc__ = f"""A page of the {listing.slug} of all clients. Each row has its `client`; where its name cannot be
    read it is null, and `unavailable` names clients. `q` looks at {listing.hint.lower()}, by three characters or a whole
    number; `clients_left_out` says that more clients are called so than the list was narrowed to. `status` takes several
    words with commas between. `totals` has one entry for each currency where amounts are listed; it is null, and
    `page.total` an estimate, beyond 10,000 rows."""
    api(
        listing.path,
        access=listing.permission,
        rpc=listing.rpc,
        query=(*listing.filters, *PAGING),
        response=listing.schema,
    )(handler)


for _listing in LISTINGS:
    _collection(_listing)
