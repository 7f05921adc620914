"""Events of the catalogue."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class _PriceFacts(Schema):
    billing_cycle = fields.String(required=True)
    amount = fields.String(required=True)
    currency = fields.String(required=True)


class ProductFacts(Schema):
    """A product after the change, with all its prices."""

    name = fields.String(required=True)
    description = fields.String()
    takes_domain = fields.Boolean()
    retired = fields.Boolean(required=True)
    tax_rate = fields.String(required=True)
    prices = fields.List(fields.Nested(_PriceFacts), required=True)


class ProductCreated(Event):
    """A product was added to the catalogue."""

    type = "product.created.v1"
    system_stream = True
    facts_schema = ProductFacts


class ProductUpdated(Event):
    """A product's name, tax rate or prices changed, or it was retired or sold again; what was sold keeps its own."""

    type = "product.updated.v1"
    system_stream = True
    facts_schema = ProductFacts
