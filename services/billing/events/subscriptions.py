"""Events of subscriptions; provisioners listen to these."""

from marshmallow import fields

from chassis.events.event import Event
from services.billing.events.facts import BillingFacts, money_fact


class SubscriptionFacts(BillingFacts):
    """A subscription after the change; `number` is the one that people read."""

    number = fields.String()
    product_id = fields.String(allow_none=True)
    product = fields.String(required=True)
    domain = fields.String(required=True, allow_none=True)
    billing_cycle = fields.String(required=True)
    price = money_fact()
    status = fields.String(required=True)
    next_due_date = fields.String(required=True, allow_none=True)


class SubscriptionCreated(Event):
    """A client has a new service, which waits to be made active."""

    type = "subscription.created.v1"
    facts_schema = SubscriptionFacts


class SubscriptionActivated(Event):
    """A service that waited is active; provisioners set it up. `reason` is given where staff did it by hand."""

    type = "subscription.activated.v1"

    class facts_schema(SubscriptionFacts):
        reason = fields.String()


class SubscriptionSuspended(Event):
    """An active service was suspended, alone or by the batch that `batch_id` names; provisioners turn it off."""

    type = "subscription.suspended.v1"

    class facts_schema(SubscriptionFacts):
        reason = fields.String(required=True)
        batch_id = fields.String(required=True, allow_none=True)


class SubscriptionUnsuspended(Event):
    """A suspended service is active again, alone or with the batch that `batch_id` names; provisioners turn it on."""

    type = "subscription.unsuspended.v1"

    class facts_schema(SubscriptionFacts):
        reason = fields.String()
        batch_id = fields.String(required=True, allow_none=True)


class SubscriptionCancelled(Event):
    """A service was ended by the client or for its sake, for good."""

    type = "subscription.cancelled.v1"

    class facts_schema(SubscriptionFacts):
        reason = fields.String(required=True)


class SubscriptionTerminated(Event):
    """A suspended service was ended by us, for good; provisioners remove its data."""

    type = "subscription.terminated.v1"

    class facts_schema(SubscriptionFacts):
        reason = fields.String(required=True)


class SuspensionBatchMade(Event):
    """All active services of a client were suspended at once, `suspended` in number; each has an event of its own."""

    type = "suspension_batch.made.v1"

    class facts_schema(BillingFacts):
        reason = fields.String(required=True)
        suspended = fields.Integer(required=True)


class SuspensionBatchUndone(Event):
    """What one Suspend All had suspended is active again, `unsuspended` in number; each has an event of its own."""

    type = "suspension_batch.undone.v1"

    class facts_schema(BillingFacts):
        reason = fields.String(required=True)
        unsuspended = fields.Integer(required=True)
