"""Doors of orders."""

from chassis.permissions import Permission
from chassis.rpc import rpc
from services.billing import schemas
from services.billing.queries import orders


class OrderDoors:
    """Orders of one client."""

    @rpc(Permission.ORDERS_VIEW, takes=schemas.ClientPageArguments)
    def list_orders(self, client_id, **page):
        return orders.list_orders(self.session, self.own(client_id), **page)
