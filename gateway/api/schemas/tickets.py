"""Response schemas of tickets."""

from gateway.api.schemas.values import (
    ACTOR,
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
)

TICKET_STATUSES = ("open", "answered", "customer_reply", "in_progress", "on_hold", "closed")
TICKET = {
    "id": ID,
    "number": WHOLE,
    "subject": TEXT,
    "status": one_of(*TICKET_STATUSES),
    "priority": one_of("low", "medium", "high", "urgent"),
    "department": maybe(TEXT),
    "assigned_to": maybe(record(id=ID, name=TEXT)),
    "opened_at": MOMENT,
    "last_reply_at": maybe(MOMENT),
    "last_reply_by": maybe(record(kind=TEXT, name=maybe(TEXT))),
}

SCHEMAS = {
    "Tickets": page_of(record(**TICKET), counts=counts(*TICKET_STATUSES)),
    "Message": record(id=ID, author=ACTOR, body=TEXT, internal=FLAG, created_at=MOMENT),
    "TicketThread": record(
        **TICKET, moves=many(TEXT), replies=many(ref("Message")), replies_total=WHOLE, page=ref("Page")
    ),
}
