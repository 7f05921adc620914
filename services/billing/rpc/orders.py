"""RPC methods of orders."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing.commands.orders import review as commands
from services.billing.commands.orders.placement import place_order
from services.billing.queries import orders
from services.billing.queries.quotes import quote_order
from services.billing.schemas import orders as request


class OrderRpc:
    """Orders of one client."""

    @rpc(Permission.ORDERS_VIEW, request=request.OrderPage)
    def list_orders(self, client_id, **page):
        return orders.list_orders(self.session, self.own(client_id), **page)

    @rpc(Permission.ORDERS_VIEW, request=request.OrderArguments)
    def get_order(self, client_id, order_id):
        return orders.get_order(self.session, self.own(client_id), parse_id(order_id))

    @rpc(Permission.ORDERS_MANAGE, request=request.PlaceOrder)
    def quote_order(self, client_id, items):
        """What an order would come to; nothing is ordered."""
        return quote_order(self.session, self.clients().for_billing, self.own(client_id), items)

    @rpc(Permission.ORDERS_MANAGE, request=request.PlaceOrder)
    def place_order(self, client_id, items):
        return place_order(
            self.open_uow,
            self.session,
            self.clients().for_billing,
            client_id=self.own(client_id),
            items=items,
            today=self.today(),
        )

    @rpc(Permission.ORDERS_MANAGE, request=request.OrderArguments)
    def approve_order(self, client_id, order_id):
        return commands.approve_order(
            self.open_uow, client_id=self.own(client_id), order_id=parse_id(order_id), today=self.today()
        )

    @rpc(Permission.ORDERS_MANAGE, request=request.OrderArguments)
    def cancel_order(self, client_id, order_id):
        return self._end("cancelled", client_id, order_id)

    @rpc(Permission.ORDERS_MANAGE, request=request.OrderArguments)
    def mark_order_fraud(self, client_id, order_id):
        return self._end("fraud", client_id, order_id)

    def _end(self, status, client_id, order_id):
        return commands.end_order(
            self.open_uow, client_id=self.own(client_id), order_id=parse_id(order_id), status=status
        )
