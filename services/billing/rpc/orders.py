"""RPC methods of orders."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing.commands.orders import review as commands
from services.billing.commands.orders.placement import place_order
from services.billing.queries import orders
from services.billing.queries.quotes import quote_order
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import orders as schemas


class OrderRpc(BillingRpc):
    """Orders of one client."""

    @rpc(Permission.ORDERS_VIEW, request=schemas.OrderPage, response=schemas.OrderPageAnswer, of_client=True)
    def list_orders(self, client_id, on_record, **page):
        """A page of orders, newest first, with `counts` by status."""
        return self.on_record(on_record, client_id, orders.list_orders(self.session, client_id, **page))

    @rpc(Permission.ORDERS_VIEW, request=schemas.OrderArguments, response=schemas.OrderAnswer, of_client=True)
    def get_order(self, client_id, order_id):
        """One order with its items, and how its invoice stands."""
        return orders.get_order(self.session, client_id, parse_id(order_id))

    @rpc(Permission.ORDERS_MANAGE, request=schemas.PlaceOrder, response=schemas.QuoteAnswer, of_client=True)
    def quote_order(self, client_id, items):
        """What an order would come to; nothing is ordered."""
        return quote_order(self.session, self.clients().for_billing, client_id, items)

    @rpc(Permission.ORDERS_MANAGE, request=schemas.PlaceOrder, response=schemas.OrderAnswer, of_client=True)
    def place_order(self, client_id, items):
        """Places an order, with its invoice published. Answers it."""
        return place_order(
            self.open_uow,
            client_id=client_id,
            items=items,
            today=self.today(),
            read_clients=self.clients().for_billing,
            seller=self.seller,
        )

    @rpc(Permission.ORDERS_MANAGE, request=schemas.OrderArguments, response=schemas.OrderAnswer, of_client=True)
    def approve_order(self, client_id, order_id):
        """Approves a pending order without waiting for its payment. Answers it."""
        return commands.approve_order(
            self.open_uow, client_id=client_id, order_id=parse_id(order_id), today=self.today()
        )

    @rpc(Permission.ORDERS_MANAGE, request=schemas.OrderArguments, response=schemas.OrderAnswer, of_client=True)
    def cancel_order(self, client_id, order_id):
        """Cancels a pending order and what waits for it. Answers it."""
        return commands.end_order(self.open_uow, client_id=client_id, order_id=parse_id(order_id), status="cancelled")

    @rpc(Permission.ORDERS_MANAGE, request=schemas.OrderArguments, response=schemas.OrderAnswer, of_client=True)
    def mark_order_fraud(self, client_id, order_id):
        """Marks a pending order as fraud and cancels what waits for it. Answers it."""
        return commands.end_order(self.open_uow, client_id=client_id, order_id=parse_id(order_id), status="fraud")
