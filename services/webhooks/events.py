"""Events of the webhooks service. Of a URL the host alone is a fact: paths of receivers often hold a secret."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class _EndpointFacts(Schema):
    """Which endpoint it is, by the host of its URL."""

    host = fields.String(required=True)


class WebhookEndpointCreated(Event):
    """An endpoint was made; `filters` are the events that it is sent, none for all."""

    type = "webhook_endpoint.created.v1"
    system_stream = True

    class facts_schema(_EndpointFacts):
        filters = fields.List(fields.String(), required=True)
        personal = fields.Boolean(required=True)
        scheme = fields.String(required=True)


class WebhookEndpointUpdated(Event):
    """An endpoint's URL, filter, description, email or personal values were changed."""

    type = "webhook_endpoint.updated.v1"
    system_stream = True
    personal_names = frozenset({"alert_email"})

    class facts_schema(_EndpointFacts):
        """Nothing more: `changes` says what became of what."""


class WebhookEndpointEnabled(Event):
    """A disabled endpoint was enabled: what had waited for it leaves now."""

    type = "webhook_endpoint.enabled.v1"
    system_stream = True

    class facts_schema(_EndpointFacts):
        """Nothing more."""


class WebhookEndpointDisabled(Event):
    """An endpoint was disabled: `by_hand`, as `failing` for days (`failing_since`), or as `gone`. What it would be sent
    waits."""

    type = "webhook_endpoint.disabled.v1"
    system_stream = True
    personal_names = frozenset({"alert_email"})

    class facts_schema(_EndpointFacts):
        reason = fields.String(required=True)
        failing_since = fields.String(allow_none=True)


class WebhookEndpointDeleted(Event):
    """An endpoint was deleted, with its secrets and all that waited for it."""

    type = "webhook_endpoint.deleted.v1"
    system_stream = True

    class facts_schema(_EndpointFacts):
        """Nothing more."""


class WebhookEndpointSecretRotated(Event):
    """An endpoint has another secret; the one before signs beside it until `overlap_ends_at`."""

    type = "webhook_endpoint.secret_rotated.v1"
    system_stream = True

    class facts_schema(_EndpointFacts):
        overlap_ends_at = fields.String(required=True)


class WebhookEndpointRedelivered(Event):
    """Deliveries to an endpoint were set waiting again: one (`delivery_id`), or those `since` a time."""

    type = "webhook_endpoint.redelivered.v1"
    system_stream = True

    class facts_schema(_EndpointFacts):
        deliveries = fields.Integer(required=True)
        delivery_id = fields.String(allow_none=True)
        since = fields.String(allow_none=True)
