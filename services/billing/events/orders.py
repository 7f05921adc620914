"""Events of orders."""

from marshmallow import Schema, fields

from chassis.events.event import Event
from services.billing.events.facts import BillingFacts, money_fact


class _OrderItemFacts(Schema):
    """An item, and what came of it: the subscription, the domain."""

    product_id = fields.String(allow_none=True)
    subscription_id = fields.String(allow_none=True)
    domain_id = fields.String(allow_none=True)
    product = fields.String(required=True)
    billing_cycle = fields.String(required=True)
    domain = fields.String(required=True, allow_none=True)
    list_price = money_fact()
    price = money_fact()


class OrderFacts(BillingFacts):
    """An order after the change. An item's `price` is its `list_price` less `discount_percent`; `total` is with tax."""

    number = fields.String(required=True)
    status = fields.String(required=True)
    items = fields.List(fields.Nested(_OrderItemFacts), required=True)
    discount_percent = fields.String(required=True)
    total = money_fact()
    invoice_id = fields.String(required=True, allow_none=True)


class OrderPlaced(Event):
    """An order was placed, by a contact or by staff."""

    type = "order.placed.v1"
    facts_schema = OrderFacts


class OrderApproved(Event):
    """An order was approved, by staff or by its invoice's payment; what it ordered is active."""

    type = "order.approved.v1"
    facts_schema = OrderFacts


class OrderCancelled(Event):
    """A pending order was cancelled, and what waited for it with it."""

    type = "order.cancelled.v1"
    facts_schema = OrderFacts


class OrderMarkedFraud(Event):
    """A pending order was found to be fraud; what waited for it was cancelled."""

    type = "order.marked_fraud.v1"
    facts_schema = OrderFacts
