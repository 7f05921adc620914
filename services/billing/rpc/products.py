"""RPC methods of the catalogue."""

from chassis.permissions import Access, Permission
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing.commands import products as commands
from services.billing.queries import products
from services.billing.schemas import products as schemas


class ProductRpc:
    """What can be bought. It belongs to no client."""

    @rpc(Access.SIGNED_IN, request=schemas.Products)
    def list_products(self, **wanted):
        """The catalogue is a setting, and whoever takes orders chooses from it: either permission opens it."""
        if not self.caller.allows(Permission.SETTINGS_VIEW):
            self.caller.require(Permission.ORDERS_MANAGE)
        return products.list_products(self.session, **wanted)

    @rpc(Permission.SETTINGS_VIEW, request=schemas.OneProduct)
    def get_product(self, product_id):
        return products.get_product(self.session, parse_id(product_id))

    @rpc(Permission.SETTINGS_EDIT, request=schemas.NewProduct)
    def create_product(self, **given):
        return commands.create_product(self.open_uow, **given)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.ChangedProduct)
    def update_product(self, product_id, **given):
        return commands.update_product(self.open_uow, product_id=parse_id(product_id), **given)
