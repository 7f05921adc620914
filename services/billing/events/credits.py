"""Events of the credit ledger."""

from marshmallow import fields

from chassis.events.event import Event
from services.billing.events.facts import BillingFacts, money_fact


class CreditFacts(BillingFacts):
    """An entry of the ledger. `amount` is signed."""

    amount = money_fact()
    balance_after = money_fact()
    kind = fields.String(required=True)
    description = fields.String(required=True)
    invoice_id = fields.String(required=True, allow_none=True)
    invoice_number = fields.String(required=True, allow_none=True)


class CreditAdded(Event):
    """Credit came to a client's ledger: given, refunded or paid too much, by its `kind`."""

    type = "credit.added.v1"
    facts_schema = CreditFacts


class CreditApplied(Event):
    """Credit of a client was used for an invoice; `amount` is what the ledger lost, so it is below zero."""

    type = "credit.applied.v1"
    facts_schema = CreditFacts


class CreditReversed(Event):
    """An entry of a client's ledger was taken back by a new one of kind correction: `amount` is the new one's,
    `reverses` the id of the one that was wrong."""

    type = "credit.reversed.v1"

    class facts_schema(CreditFacts):
        reverses = fields.String(required=True)
