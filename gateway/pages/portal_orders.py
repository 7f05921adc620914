"""What the client has ordered."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.answers import as_page
from gateway.compose import needed
from gateway.portal_lists import own_list
from gateway.query import parameters
from gateway.routing import PORTAL, page
from gateway.turn import Turn

own_list("/client/orders", "billing.portal_orders", Portal.ORDERS_VIEW, "portal/orders.html", "status")


@page("/client/orders/<order_id>", access=Portal.ORDERS_VIEW, origin=PORTAL)
def own_order(turn: Turn, order_id: str) -> Response:
    """One order: its items, and how its invoice stands."""
    parameters(turn.request)
    answer = turn.gather(order=("billing.portal_order", {"order_id": order_id}))["order"]
    return as_page(turn, "portal/order.html", order=needed(answer, "Billing"))
