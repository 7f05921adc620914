"""Facts that several of billing's events carry."""

from marshmallow import Schema, fields


class MoneyFact(Schema):
    """An amount of money."""

    amount = fields.String(required=True)
    currency = fields.String(required=True)


def money_fact(**options) -> fields.Nested:
    """An amount that an event must carry."""
    return fields.Nested(MoneyFact, required=True, **options)


class CountFacts(Schema):
    """How many a client has of each, in any state where none is named."""

    services = fields.Integer(required=True)
    suspended_services = fields.Integer(required=True)
    pending_services = fields.Integer(required=True)
    invoices = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    domains = fields.Integer(required=True)


class TotalsFacts(Schema):
    """A client's totals after the change, absolute. Of events before 2026-12 only the required ones are known.

    `next_due_on` is the first day on which an active or suspended service is due next.
    """

    active_services = fields.Integer(required=True)
    outstanding = money_fact()
    credit_balance = money_fact()
    overdue = fields.Nested(MoneyFact)
    oldest_due_on = fields.String(allow_none=True)
    next_due_on = fields.String(allow_none=True)
    counts = fields.Nested(CountFacts)


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
