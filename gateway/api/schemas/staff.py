"""Answers about staff, tickets and the activity log."""

from gateway.api.schemas.values import (
    ACTOR,
    FLAG,
    HASH,
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    all_of,
    counts,
    many,
    maybe,
    one_of,
    page_of,
    record,
    ref,
    table,
    with_some,
)

ROLE = one_of("super_admin", "admin", "support", "billing")
TOKEN = {
    "id": ID,
    "name": TEXT,
    "hint": TEXT,
    "permissions": maybe(many(TEXT)),
    "created_at": MOMENT,
    "last_used_at": maybe(MOMENT),
    "expires_at": maybe(MOMENT),
}
SESSION = record(
    id=ID, created_at=MOMENT, last_seen_at=MOMENT, expires_at=MOMENT, ip=maybe(TEXT), user_agent=TEXT, current=FLAG
)
ACCOUNT = {
    "id": ID,
    "name": TEXT,
    "email": TEXT,
    "role": ROLE,
    "status": one_of("active", "invited", "disabled"),
    "overrides": table(FLAG),
    "second_factor": one_of("on", "off"),
    "second_factor_required": FLAG,
    "last_signed_in_at": maybe(MOMENT),
    "created_at": MOMENT,
}

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

ENTRY = {
    "id": ID,
    "seq": WHOLE,
    "occurred_at": MOMENT,
    "actor": ACTOR,
    "acting_as": maybe(record(id=TEXT, contact_id=TEXT, name=TEXT)),
    "action": TEXT,
    "type": TEXT,
    "category": TEXT,
    "entity": record(type=TEXT, id=maybe(TEXT)),
    "changes": many(record(field=TEXT, old={}, new={})),
    "ip": maybe(TEXT),
    "cause": maybe(TEXT),
    "hash": HASH,
}

IMPERSONATION = {
    "id": ID,
    "staff": record(id=ID, name=TEXT),
    "contact": record(id=ID, name=TEXT),
    "reason": TEXT,
    "started_at": MOMENT,
    "entered_at": maybe(MOMENT),
    "ended_at": maybe(MOMENT),
    "end_cause": maybe(TEXT),
    "ends_at": MOMENT,
}

SHAPES = {
    "Me": record(id=ID, name=TEXT, email=TEXT, role=ROLE, permissions=many(TEXT)),
    "Tokens": all_of(record(**TOKEN)),
    "NewToken": with_some(record(**TOKEN), token=TEXT),
    "Revoked": record(id=ID, revoked=FLAG),
    "Sessions": all_of(SESSION),
    "Ended": record(ended=WHOLE),
    "Link": record(url={"type": "string", "format": "uri"}, expires_at=MOMENT),
    "Impersonation": record(**IMPERSONATION),
    "NewImpersonation": record(**IMPERSONATION, url={"type": "string", "format": "uri"}, expires_at=MOMENT),
    "Impersonations": page_of(ref("Impersonation")),
    "Staff": record(**ACCOUNT, permissions=table(FLAG)),
    "StaffRecord": record(**ACCOUNT, permissions=table(FLAG), sessions=many(SESSION), tokens=many(record(**TOKEN))),
    "StaffPage": page_of(record(**ACCOUNT), counts=counts("active", "invited", "disabled")),
    "Tickets": page_of(record(**TICKET), counts=counts(*TICKET_STATUSES)),
    "Message": record(id=ID, author=ACTOR, body=TEXT, internal=FLAG, created_at=MOMENT),
    "TicketThread": record(**TICKET, moves=many(TEXT), replies=many(ref("Message")), replies_total=WHOLE),
    "Activity": page_of(record(**ENTRY)),
    "AllActivity": page_of(record(**ENTRY, client_id=maybe(ID))),
    "Verdict": record(
        entries=WHOLE,
        head=maybe(HASH),
        valid=maybe(FLAG),
        first_bad_seq=maybe(WHOLE),
        fault=maybe(record(seq=maybe(WHOLE), kind=TEXT, sealed=maybe(TEXT), found=maybe(TEXT))),
        checkpoint=maybe(record(number=WHOLE, made_at=MOMENT, seq=WHOLE, hash=HASH)),
        verified_at=MOMENT,
    ),
}
