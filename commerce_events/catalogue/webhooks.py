"""Events of webhooks, generated from their JSON Schemas by `python -m tools.docs`; do not edit."""

from dataclasses import dataclass

from commerce_events.event import Event


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointCreatedFacts:
    """The facts of `webhook_endpoint.created.v1`."""

    filters: list[str]
    host: str
    personal: bool
    scheme: str


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointCreated(Event):
    """An endpoint was made; `filters` are the events that it is sent, none for all."""

    TYPE = "webhook_endpoint.created.v1"
    SERVICE = "webhooks"

    facts: WebhookEndpointCreatedFacts


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointDeletedFacts:
    """The facts of `webhook_endpoint.deleted.v1`."""

    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointDeleted(Event):
    """An endpoint was deleted, with its secrets and all that waited for it."""

    TYPE = "webhook_endpoint.deleted.v1"
    SERVICE = "webhooks"

    facts: WebhookEndpointDeletedFacts


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointDisabledFacts:
    """The facts of `webhook_endpoint.disabled.v1`."""

    failing_since: str | None = None
    host: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointDisabled(Event):
    """An endpoint was disabled: `by_hand`, as `failing` for days (`failing_since`), or as `gone`. What it would be
    sent waits."""

    TYPE = "webhook_endpoint.disabled.v1"
    SERVICE = "webhooks"

    facts: WebhookEndpointDisabledFacts


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointEnabledFacts:
    """The facts of `webhook_endpoint.enabled.v1`."""

    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointEnabled(Event):
    """A disabled endpoint was enabled: what had waited for it leaves now."""

    TYPE = "webhook_endpoint.enabled.v1"
    SERVICE = "webhooks"

    facts: WebhookEndpointEnabledFacts


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointRedeliveredFacts:
    """The facts of `webhook_endpoint.redelivered.v1`."""

    deliveries: int
    delivery_id: str | None = None
    host: str
    since: str | None = None


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointRedelivered(Event):
    """Deliveries to an endpoint were set waiting again: one (`delivery_id`), or those `since` a time."""

    TYPE = "webhook_endpoint.redelivered.v1"
    SERVICE = "webhooks"

    facts: WebhookEndpointRedeliveredFacts


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointSecretRotatedFacts:
    """The facts of `webhook_endpoint.secret_rotated.v1`."""

    host: str
    overlap_ends_at: str


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointSecretRotated(Event):
    """An endpoint has another secret; the one before signs beside it until `overlap_ends_at`."""

    TYPE = "webhook_endpoint.secret_rotated.v1"
    SERVICE = "webhooks"

    facts: WebhookEndpointSecretRotatedFacts


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointUpdatedFacts:
    """The facts of `webhook_endpoint.updated.v1`."""

    host: str


@dataclass(frozen=True, kw_only=True)
class WebhookEndpointUpdated(Event):
    """An endpoint's URL, filter, description, email or personal values were changed."""

    TYPE = "webhook_endpoint.updated.v1"
    SERVICE = "webhooks"

    facts: WebhookEndpointUpdatedFacts
