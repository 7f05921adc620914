"""The portal's first page."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.answers import as_page
from gateway.query import parameters
from gateway.routing import PORTAL, page
from gateway.turn import Turn, part

# What stands on the page: who may see it, who is asked for it, and for how much of it.
PANELS = {
    "owed": (Portal.INVOICES_VIEW, "billing.portal_owed", {}),
    "services": (Portal.SERVICES_VIEW, "billing.portal_services", {"limit": 5}),
    "domains": (Portal.DOMAINS_VIEW, "billing.portal_domains", {"limit": 3}),
    "tickets": (Portal.TICKETS_VIEW, "support.portal_tickets", {"limit": 3}),
}


@page("/dashboard", access=Portal.HOME, origin=PORTAL)
def dashboard(turn: Turn) -> Response:
    """What the client has and owes, as far as the role goes; of a client that is not active no more than that it is so.

    `panels` has what the role may see: {name: its answer, or None while its owner does not answer}.
    """
    parameters(turn.request)
    turn.identify()
    if turn.portal["client"]["status"] != "active":
        return as_page(turn, "portal/limited.html")
    wanted = {name: (target, asked) for name, (access, target, asked) in PANELS.items() if turn.caller.allows(access)}
    answers = turn.gather(**wanted) if wanted else {}
    return as_page(turn, "portal/dashboard.html", panels={name: part(answer) for name, answer in answers.items()})
