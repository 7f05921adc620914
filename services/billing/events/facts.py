"""Facts that several of billing's events carry."""

from marshmallow import Schema, fields


class MoneyFact(Schema):
    """An amount of money."""

    amount = fields.String(required=True)
    currency = fields.String(required=True)


def money_fact(**options) -> fields.Nested:
    """An amount that an event must carry."""
    return fields.Nested(MoneyFact, required=True, **options)


class TotalsFacts(Schema):
    """A client's totals after the change, absolute."""

    active_services = fields.Integer(required=True)
    outstanding = money_fact()
    credit_balance = money_fact()


class BillingFacts(Schema):
    """Facts of each event about a client's money and subscriptions."""

    totals = fields.Nested(TotalsFacts, required=True)


class LineFacts(Schema):
    """A line of an invoice: `total` is without tax, `tax_rate` in percent.

    A `description` that is too long for an event with all its lines is cut: `description_length` (in characters) and
    `description_sha256` are then those of the whole.
    """

    description = fields.String(required=True)
    description_length = fields.Integer()
    description_sha256 = fields.String()
    quantity = fields.String(required=True)
    unit_price = money_fact()
    tax_rate = fields.String(required=True)
    tax = money_fact()
    total = money_fact()
