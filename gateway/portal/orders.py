"""Orders of the client: the list, and one order."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.call_errors import needed, part
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page
from gateway.portal.lists import own_list

own_list("/client/orders", "billing.portal_orders", Portal.ORDERS_VIEW, "portal/orders.html", "status")


@page("/client/orders/<order_id>", access=Portal.ORDERS_VIEW, origin=PORTAL)
def own_order(ctx: RequestContext, order_id: str) -> Response:
    """One order: its items, and how its invoice stands."""
    parameters(ctx.request)
    ctx.identify()
    paying = {"owed": ("billing.portal_owed", {})} if ctx.caller.allows(Portal.INVOICES_PAY) else {}
    answers = ctx.gather(order=("billing.portal_order", {"order_id": order_id}), **paying)
    owed = part(answers["owed"]) if paying else None
    return as_page(ctx, "portal/order.html", order=needed(answers["order"], "Billing"), owed=owed)
