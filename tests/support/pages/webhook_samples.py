"""A webhook with a delivery, as the service answers them."""

from tests.support.pages.samples import TIME

ENDPOINT = {
    "id": "e1",
    "url": "https://example.com/hooks",
    "description": "Warehouse",
    "filters": ["client.*", "invoice.paid.v1"],
    "personal": True,
    "scheme": "v1",
    "alert_email": "ops@example.com",
    "status": "disabled",
    "reason": "failing",
    "disabled_at": TIME,
    "failing_since": TIME,
    "created_at": TIME,
}
DELIVERY = {
    "id": "d1",
    "event_id": "00000000-0000-7000-8000-000000000001",
    "type": "client.created.v1",
    "stream": "c1",
    "status": "waiting",
    "tries": 2,
    "last_answer": "500",
    "created_at": TIME,
    "ended_at": None,
    "due_at": TIME,
    "request_body": "{}",
}
ATTEMPT = {
    "id": "a1",
    "began_at": TIME,
    "milliseconds": 12,
    "url": "https://example.com/hooks",
    "request_headers": {"webhook-id": "00000000-0000-7000-8000-000000000001"},
    "status": 500,
    "error": None,
    "headers": {"content-type": "text/plain"},
    "body": "No.",
}
