"""Schemas of orders and of quotes for them."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, Moment, counts_of
from chassis.types.fields import CurrencyField, Flag, IdField, MoneyField
from services.billing.rules import (
    BILLING_CYCLES,
    DOMAIN_STATUSES,
    INVOICE_STATUSES,
    ORDER_STATUSES,
    SUBSCRIPTION_STATUSES,
)
from services.billing.schemas.domains import DomainNameField
from services.billing.schemas.record import TabArguments, tab_of
from services.billing.schemas.values import ActorAnswer, ClientArguments, decimal_number, one_of

MAX_ITEMS = 20


class OrderPage(TabArguments):
    """A page of a client's orders, of one `status` where given."""

    status = one_of(ORDER_STATUSES, load_default=None, allow_none=True)


class Item(Schema):
    """An item to be ordered."""

    product_id = IdField(required=True)
    billing_cycle = one_of(BILLING_CYCLES, required=True)
    domain = DomainNameField(load_default=None, allow_none=True)


class OrderItems(Schema):
    """What is to be ordered."""

    items = fields.List(fields.Nested(Item), required=True, validate=validate.Length(min=1, max=MAX_ITEMS))


class PlaceOrder(ClientArguments, OrderItems):
    """`place_order`, `quote_order`: what is to be ordered for a client."""


class OrderArguments(ClientArguments):
    """One order of a client; a malformed id is like one that does not exist."""

    order_id = fields.String(required=True)


class PlacedItemAnswer(Answer):
    """An item of an order, as it was sold then and as its subscription and its domain stand now."""

    product = fields.String()
    billing_cycle = one_of(BILLING_CYCLES)
    domain = fields.String(allow_none=True)
    list_price = MoneyField()
    price = MoneyField()
    service_id = IdField(allow_none=True)
    service_number = fields.String(allow_none=True)
    service_status = one_of(SUBSCRIPTION_STATUSES, allow_none=True)
    domain_status = one_of(DOMAIN_STATUSES, allow_none=True)


class OrderItemAnswer(PlacedItemAnswer):
    """An item with what it refers to."""

    product_id = IdField(allow_none=True)
    domain_id = IdField(allow_none=True)


class ActingAsAnswer(Answer):
    """The contact that a staff member acted as."""

    contact_id = fields.String()
    name = fields.String(allow_none=True)


class PlacedByAnswer(ActorAnswer):
    """Who placed an order."""

    acting_as = fields.Nested(ActingAsAnswer, allow_none=True)


class PlacedOrderAnswer(Answer):
    """An order, but for what staff alone see of it."""

    id = IdField()
    number = fields.String()
    total = MoneyField()
    discount_percent = decimal_number()
    invoice_id = IdField(allow_none=True)
    invoice_number = fields.String(allow_none=True)
    invoice_status = one_of(INVOICE_STATUSES, allow_none=True)
    placed_at = Moment()


class OrderAnswer(PlacedOrderAnswer):
    """An order with its items, and how its invoice stands."""

    status = one_of(ORDER_STATUSES)
    items = fields.List(fields.Nested(OrderItemAnswer))
    placed_by = fields.Nested(PlacedByAnswer)


OrderPageAnswer = tab_of(OrderAnswer, counts=counts_of(*ORDER_STATUSES))


class QuotedItemAnswer(Answer):
    """An item at the catalogue's price and at the client's."""

    product_id = IdField()
    product = fields.String()
    billing_cycle = one_of(BILLING_CYCLES)
    list_price = MoneyField()
    price = MoneyField()
    tax_rate = decimal_number()


class TermsAnswer(Answer):
    """What a client buys on."""

    currency = CurrencyField()
    discount_percent = decimal_number()
    tax_exempt = Flag()


class QuoteAnswer(TermsAnswer):
    """What an order would come to; `discount` is not above zero."""

    items = fields.List(fields.Nested(QuotedItemAnswer))
    list_total = MoneyField()
    discount = MoneyField()
    subtotal = MoneyField()
    tax_total = MoneyField()
    total = MoneyField()
