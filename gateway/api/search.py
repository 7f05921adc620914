"""Search: /api/v1/search, over clients, contacts, invoices, orders, services, domains and tickets."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.search import search
from gateway.http.context import RequestContext
from gateway.http.responses import as_json
from gateway.http.routing import api


@api(
    "/search",
    access=Permission.CLIENTS_VIEW,
    rpc="clients.search",
    query=("q", "kinds", "limit"),
    response="Search",
)
def find(ctx: RequestContext) -> Response:
    """What three characters or a whole number find, by number or name, among what the caller may view; `kinds` has
    commas between. `matched` is the field that was found; `unavailable` names services that did not answer. There is the
    one page, without a total: whoever wants fewer asks more closely."""
    return as_json(search(ctx, ctx.params))
