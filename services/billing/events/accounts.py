"""Events of a client's billing account."""

from marshmallow import fields

from chassis.events.event import Event
from services.billing.events.facts import BillingFacts


class BillingAccountOpened(Event):
    """A client's billing account was opened, in the currency that the client began with."""

    type = "billing_account.opened.v1"

    class facts_schema(BillingFacts):
        currency = fields.String(required=True)


class BillingAccountUpdated(Event):
    """The currency or the billing address of a client's account was changed; the lines of the address are personal."""

    type = "billing_account.updated.v1"
    personal_names = frozenset({"address1", "address2", "city", "state", "postcode", "country"})

    class facts_schema(BillingFacts):
        currency = fields.String(required=True)
