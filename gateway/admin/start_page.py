"""Start page: /admin."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.start_page import start_page
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page


@page("/admin", access=Permission.CLIENTS_VIEW)
def start(ctx: RequestContext) -> Response:
    """What waits, what changed, what whoever asks had open."""
    parameters(ctx.request)
    return as_page(ctx, "start.html", **start_page(ctx, ctx.frame.today))
