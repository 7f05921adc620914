"""What waits for staff: /admin/waiting, which the sidebar of each page asks for once the page is there."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.waiting import COUNTED, MOST, WaitingCounts
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

_counts = WaitingCounts()


@page("/admin/waiting", access=Permission.CLIENTS_VIEW)
def waiting(ctx: RequestContext) -> Response:
    """How much waits in each list; for htmx the marks of the sidebar."""
    parameters(ctx.request)
    words = {slug: word for slug, (_, word) in COUNTED.items()}
    return as_page(ctx, "lists/waiting.html", counts=_counts.of(ctx), words=words, most=MOST)
