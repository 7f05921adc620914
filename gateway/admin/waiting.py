"""What waits for staff: /admin/waiting, which the sidebar of each page asks for once the page is there."""

from werkzeug.utils import redirect
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
    """The marks of the sidebar; without htmx the start page, which shows what waits itself."""
    parameters(ctx.request)
    if not ctx.is_fragment:
        return redirect("/admin", 303)
    words = {slug: word for slug, (_, word) in COUNTED.items()}
    return as_page(ctx, "lists/_waiting.html", counts=_counts.of(ctx), words=words, most=MOST)
