"""/client/access: who signed in to the account or failed to, and when support visited it."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.answers import as_page
from gateway.query import parameters
from gateway.routing import PORTAL, page
from gateway.staff_words import browser
from gateway.turn import Turn

ACCESS = "/client/access"


@page(ACCESS, access=Portal.ACCESS_VIEW, origin=PORTAL)
def portal_access(turn: Turn) -> Response:
    """The newest first; older ones a page further."""
    turn.identify()
    items = turn.call("clients.portal_access", **parameters(turn.request, "before"))
    return as_page(turn, "portal/access.html", items=items, browser=browser)
