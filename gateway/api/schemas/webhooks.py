"""Response schemas of webhooks."""

from gateway.api.schemas.values import (
    FLAG,
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    counts,
    many,
    maybe,
    one_of,
    page_of,
    record,
    ref,
    table,
)

WEBHOOK = record(
    id=ID,
    url=TEXT,
    description=TEXT,
    filters=many(TEXT),
    personal=FLAG,
    scheme=one_of("v1", "v1a"),
    alert_email=maybe(TEXT),
    status=one_of("enabled", "disabled"),
    reason=maybe(one_of("by_hand", "failing", "gone")),
    disabled_at=maybe(MOMENT),
    failing_since=maybe(MOMENT),
    created_at=MOMENT,
)
STATUSES = ("waiting", "delivered", "failed")
DELIVERY = dict(
    id=ID,
    event_id=ID,
    type=TEXT,
    stream=TEXT,
    status=one_of(*STATUSES),
    tries=WHOLE,
    last_answer=maybe(TEXT),
    created_at=MOMENT,
    ended_at=maybe(MOMENT),
    due_at=maybe(MOMENT),
)
ATTEMPT = record(
    id=ID,
    began_at=MOMENT,
    milliseconds=WHOLE,
    url=TEXT,
    request_headers=table(TEXT),
    status=maybe(WHOLE),
    error=maybe(TEXT),
    headers=table(TEXT),
    body=TEXT,
)

SCHEMAS = {
    "Webhook": WEBHOOK,
    "Webhooks": page_of(ref("Webhook")),
    "DeletedWebhook": record(id=ID, deleted=FLAG),
    "WebhookSecrets": page_of(record(key=TEXT, created_at=MOMENT, expires_at=maybe(MOMENT))),
    "WebhookDeliveries": page_of(record(**DELIVERY), counts=counts(*STATUSES)),
    "WebhookDeliveryRecord": record(**DELIVERY, request_body=TEXT, attempts=many(ATTEMPT)),
    "Redelivered": record(deliveries=WHOLE),
}
