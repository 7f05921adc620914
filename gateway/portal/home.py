"""The portal's first page."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page

# What stands on the page: who may see it, who is asked for it, and for how much of it.
PANELS = {
    "owed": (Portal.INVOICES_VIEW, "billing.portal_owed", {}),
    "services": (Portal.SERVICES_VIEW, "billing.portal_subscriptions", {"limit": 5}),
    "domains": (Portal.DOMAINS_VIEW, "billing.portal_domains", {"limit": 3}),
    "tickets": (Portal.TICKETS_VIEW, "support.portal_tickets", {"limit": 3}),
}


@page("/dashboard", access=Portal.HOME, origin=PORTAL)
def dashboard(ctx: RequestContext) -> Response:
    """What the client has and owes, as far as the role goes; of a client that is not active no more than that it is so.

    `panels` has what the role may see: {name: its answer, or None while its owner does not answer}.
    """
    parameters(ctx.request)
    ctx.identify()
    if ctx.portal["client"]["status"] != "active":
        return as_page(ctx, "portal/limited.html")
    wanted = {name: (target, asked) for name, (access, target, asked) in PANELS.items() if ctx.caller.allows(access)}
    answers = ctx.gather(**wanted) if wanted else {}
    return as_page(ctx, "portal/dashboard.html", panels={name: part(answer) for name, answer in answers.items()})
