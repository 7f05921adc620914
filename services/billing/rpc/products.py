"""RPC methods of the catalogue."""

from chassis.permissions import Access, Permission
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing.commands import products as commands
from services.billing.queries import products
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import products as schemas


class ProductRpc(BillingRpc):
    """Products and their prices. They belong to no client."""

    @rpc(Access.SIGNED_IN, request=schemas.ListProducts, response=schemas.ProductListAnswer)
    def list_products(self, **wanted):
        """The catalogue is a setting, and whoever takes orders chooses from it: either permission is enough."""
        if not self.caller.allows(Permission.SETTINGS_VIEW):
            self.caller.require(Permission.ORDERS_MANAGE)
        return products.list_products(self.session, **wanted)

    @rpc(Permission.SETTINGS_VIEW, request=schemas.ProductArguments, response=schemas.ProductAnswer)
    def get_product(self, product_id):
        """One product with its prices."""
        return products.get_product(self.session, parse_id(product_id))

    @rpc(Permission.SETTINGS_EDIT, request=schemas.CreateProduct, response=schemas.ProductAnswer)
    def create_product(self, **given):
        """Adds a product with its prices; `duplicate` for a name that is taken. Answers it."""
        return commands.create_product(self.open_uow, **given)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.UpdateProduct, response=schemas.ProductAnswer)
    def update_product(self, product_id, **given):
        """Changes what is given of a product; `stale` when it is not at `version` any more. Answers it."""
        return commands.update_product(self.open_uow, product_id=parse_id(product_id), **given)
