"""/api/v1/clients/{id}/orders: placing orders, and what becomes of them."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api

ORDER = "/clients/<client_id>/orders/<order_id>"


@api(
    "/clients/<client_id>/orders",
    access=Permission.ORDERS_MANAGE,
    method="POST",
    needs_key=True,
    rpc="billing.place_order",
    response="Order",
    status=201,
)
def place_order(ctx: RequestContext, client_id: str) -> Response:
    """Order `items`; answers 201 with the order, whose invoice is published."""
    client = ctx.open_client(client_id)
    order = ctx.call("billing.place_order", **json_fields(ctx.request, client_id=client["id"]))
    return as_json(order, 201, Location=f"/api/v1/clients/{client['id']}/orders/{order['id']}")


@api(ORDER, access=Permission.ORDERS_VIEW, response="Order")
def get_order(ctx: RequestContext, client_id: str, order_id: str) -> Response:
    """One order with its items."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("billing.get_order", client_id=client["id"], order_id=order_id))


def _action(path: str, target: str, says: str):
    """What staff do to a pending order; answers the order."""

    def act(ctx: RequestContext, client_id: str, order_id: str) -> Response:
        client = ctx.open_client(client_id)
        return as_json(ctx.call(target, client_id=client["id"], order_id=order_id))

    act.__doc__ = says
    return api(f"{ORDER}/{path}", access=Permission.ORDERS_MANAGE, method="POST", body=False, response="Order")(act)


_action("approve", "billing.approve_order", "Approve a pending order: its services and domains become active.")
_action("cancel", "billing.cancel_order", "Cancel a pending order, what waits for it, and its open invoice.")
_action("mark-fraud", "billing.mark_order_fraud", "Mark a pending order as fraud; otherwise as cancelling it.")
