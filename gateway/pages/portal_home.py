"""The portal's first page."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.answers import as_page
from gateway.routing import PORTAL, page
from gateway.turn import Turn


@page("/dashboard", access=Portal.HOME, origin=PORTAL)
def dashboard(turn: Turn) -> Response:
    """What the client has and owes; of a client that is not active no more than that it is so."""
    turn.identify()
    if turn.portal["client"]["status"] != "active":
        return as_page(turn, "portal/limited.html")
    return as_page(turn, "portal/dashboard.html")
