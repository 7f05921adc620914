"""Access list: /client/access, who signed in to the account or failed to, and when support impersonated a contact of it."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page
from gateway.ui.labels import browser

ACCESS = "/client/access"


@page(ACCESS, access=Portal.ACCESS_VIEW, origin=PORTAL)
def portal_access(ctx: RequestContext) -> Response:
    """The newest first; older ones a page further."""
    ctx.identify()
    items = ctx.call("clients.portal_access", **parameters(ctx.request, "before"))
    return as_page(ctx, "portal/access.html", items=items, browser=browser)
