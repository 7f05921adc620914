"""What the RPC methods of orders take."""

from marshmallow import Schema, fields, validate

from chassis.types.fields import ClientPageArguments, IdField
from services.billing.rules import BILLING_CYCLES, ORDER_STATUSES
from services.billing.schemas import ClientArguments
from services.billing.schemas.domains import DomainNameField

MAX_ITEMS = 20


class OrderPage(ClientPageArguments):
    """A page of a client's orders, of one `status` where given."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(ORDER_STATUSES))


class Item(Schema):
    """One thing to be ordered."""

    product_id = IdField(required=True)
    billing_cycle = fields.String(required=True, validate=validate.OneOf(BILLING_CYCLES))
    domain = DomainNameField(load_default=None, allow_none=True)


class ItemsOrdered(Schema):
    """What somebody wants to have."""

    items = fields.List(fields.Nested(Item), required=True, validate=validate.Length(min=1, max=MAX_ITEMS))


class PlaceOrder(ClientArguments, ItemsOrdered):
    """`place_order`, `quote_order`: what a client wants."""


class OrderArguments(ClientArguments):
    """One order of a client; a malformed id is like one that does not exist."""

    order_id = fields.String(required=True)
