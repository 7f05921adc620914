"""Events of domains."""

from marshmallow import fields

from chassis.events.event import Event
from services.billing.events.facts import BillingFacts


class DomainAdded(Event):
    """A domain was put on a client's record."""

    type = "domain.added.v1"

    class facts_schema(BillingFacts):
        name = fields.String(required=True)
        status = fields.String(required=True)
        registrar = fields.String(required=True, allow_none=True)
        registered_on = fields.String(required=True, allow_none=True)
        expires_on = fields.String(required=True, allow_none=True)
        auto_renew = fields.Boolean(required=True)
        nameservers = fields.List(fields.String())


class DomainUpdated(Event):
    """Registrar, expiry, auto-renew or nameservers of a domain were changed."""

    type = "domain.updated.v1"

    class facts_schema(BillingFacts):
        name = fields.String(required=True)
        status = fields.String(required=True)
        registrar = fields.String(required=True, allow_none=True)
        expires_on = fields.String(required=True, allow_none=True)
        auto_renew = fields.Boolean(required=True)
        nameservers = fields.List(fields.String(), required=True)


class DomainStatusChanged(Event):
    """A domain moved from one state to another."""

    type = "domain.status_changed.v1"

    class facts_schema(BillingFacts):
        name = fields.String(required=True)
        status = fields.String(required=True)
