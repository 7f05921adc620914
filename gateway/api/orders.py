"""/api/v1/clients/{id}/orders: placing orders, and what becomes of them."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn

ORDER = "/clients/<client_id>/orders/<order_id>"


@api("/clients/<client_id>/orders", access=Permission.ORDERS_MANAGE, method="POST", needs_key=True, door="billing.place_order",
     gives="Order", status=201)
def place_order(turn: Turn, client_id: str) -> Response:
    """Order `items`; answers 201 with the order, whose invoice is published."""
    client = turn.open_client(client_id)
    order = turn.call("billing.place_order", **json_fields(turn.request, client_id=client["id"]))
    return as_json(order, 201, Location=f"/api/v1/clients/{client['id']}/orders/{order['id']}")


@api(ORDER, access=Permission.ORDERS_VIEW, gives="Order")
def get_order(turn: Turn, client_id: str, order_id: str) -> Response:
    """One order with its items."""
    client = turn.open_client(client_id)
    return as_json(turn.call("billing.get_order", client_id=client["id"], order_id=order_id))


def _action(path: str, target: str, says: str):
    """What staff do to a pending order; answers the order."""
    def act(turn: Turn, client_id: str, order_id: str) -> Response:
        client = turn.open_client(client_id)
        return as_json(turn.call(target, client_id=client["id"], order_id=order_id))

    act.__doc__ = says
    return api(f"{ORDER}/{path}", access=Permission.ORDERS_MANAGE, method="POST", body=False, gives="Order")(act)


_action("approve", "billing.approve_order", "Approve a pending order: its services and domains become active.")
_action("cancel", "billing.cancel_order", "Cancel a pending order, what waits for it, and its open invoice.")
_action("mark-fraud", "billing.mark_order_fraud", "Mark a pending order as fraud; otherwise as cancelling it.")
