"""Webhooks: /api/v1/webhooks, where events are sent, and what became of them."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.http.query_params import PAGING

VIEW, MANAGE = Permission.WEBHOOKS_VIEW, Permission.WEBHOOKS_MANAGE
ENDPOINT = "/webhooks/<endpoint_id>"
DELIVERY = f"{ENDPOINT}/deliveries/<delivery_id>"

forward(
    "/webhooks",
    "webhooks.list_endpoints",
    summary="A page of the endpoints, the oldest first",
    access=VIEW,
    short=True,
    response="Webhooks",
)
forward(
    "/webhooks",
    "webhooks.create_endpoint",
    summary="Make an endpoint with a fresh secret; answers it",
    description="`filters` are types of events, or beginnings such as `invoice.*`; none for all. `scheme` is v1 (HMAC) or v1a "
    "(Ed25519). `personal` has personal values sent along, and needs the permission activity.export.",
    access=MANAGE,
    method="POST",
    location=True,
    response="Webhook",
    status=201,
)
forward(ENDPOINT, "webhooks.get_endpoint", summary="One endpoint", access=VIEW, response="Webhook")
forward(
    ENDPOINT,
    "webhooks.update_endpoint",
    summary="Change what is given of an endpoint; answers it",
    access=MANAGE,
    method="PATCH",
    response="Webhook",
)
forward(
    ENDPOINT,
    "webhooks.delete_endpoint",
    summary="Delete an endpoint with all that waits for it",
    access=MANAGE,
    method="DELETE",
    body=False,
    response="DeletedWebhook",
)
forward(
    f"{ENDPOINT}/secrets",
    "webhooks.list_secrets",
    summary="A page of what the receiver verifies with, the newest first: shared secrets, or public keys",
    access=MANAGE,
    short=True,
    response="WebhookSecrets",
)
forward(
    f"{ENDPOINT}/secrets",
    "webhooks.rotate_secret",
    summary="Sign with a fresh secret from now on; answers the endpoint",
    description="The secret before signs as well for `overlap_hours`, 24 unless given.",
    access=MANAGE,
    method="POST",
    optional_body=True,
    response="Webhook",
)
forward(
    f"{ENDPOINT}/deliveries",
    "webhooks.list_deliveries",
    summary="A page of deliveries, the newest first; `counts` by status",
    access=VIEW,
    query=("status", *PAGING),
    response="WebhookDeliveries",
)
forward(
    DELIVERY,
    "webhooks.get_delivery",
    summary="A delivery with its request and its last attempts, cut at 4,096 characters",
    access=VIEW,
    response="WebhookDeliveryRecord",
)
forward(
    f"{ENDPOINT}/redeliver",
    "webhooks.redeliver_since",
    summary="Send again what became the endpoint's since a time, 10,000 at most; answers how many",
    description="With `failed_only` what was given up. Each comes in its old place of its client's order, under its old id.",
    access=MANAGE,
    method="POST",
    response="Redelivered",
)


def _action(path: str, rpc: str, summary: str, response: str) -> None:
    """A command that takes nothing but its address."""
    forward(path, rpc, summary=summary, access=MANAGE, method="POST", body=False, response=response)


_action(f"{DELIVERY}/redeliver", "webhooks.redeliver", "Send a delivery again", "Redelivered")
_action(f"{ENDPOINT}/enable", "webhooks.enable_endpoint", "Send what waits for an endpoint, and what comes", "Webhook")
_action(
    f"{ENDPOINT}/disable", "webhooks.disable_endpoint", "Send nothing to an endpoint; what it wants waits", "Webhook"
)
