"""Orders: /api/v1/clients/{id}/orders, placed, and approved, cancelled or marked as fraud."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward

ORDERS = "/clients/<client_id>/orders"
ORDER = f"{ORDERS}/<order_id>"

forward(
    ORDERS,
    "billing.place_order",
    summary="Order `items`; answers 201 with the order, whose invoice is published",
    access=Permission.ORDERS_MANAGE,
    method="POST",
    needs_key=True,
    location=True,
    response="Order",
    status=201,
)
forward(ORDER, "billing.get_order", summary="One order with its items", access=Permission.ORDERS_VIEW, response="Order")


def _action(name: str, rpc: str, summary: str) -> None:
    """`POST …/{name}`: what staff do to a pending order; answers the order."""
    forward(
        f"{ORDER}/{name}",
        rpc,
        summary=summary,
        access=Permission.ORDERS_MANAGE,
        method="POST",
        body=False,
        response="Order",
    )


_action("approve", "billing.approve_order", "Approve a pending order: its services and domains become active")
_action("cancel", "billing.cancel_order", "Cancel a pending order, what waits for it, and its open invoice")
_action("mark-fraud", "billing.mark_order_fraud", "Mark a pending order as fraud; otherwise as cancelling it")
