"""Response schemas of staff accounts, their tokens and sessions."""

from gateway.api.schemas.values import (
    FLAG,
    ID,
    MOMENT,
    TEXT,
    URL,
    WHOLE,
    counts,
    many,
    maybe,
    one_of,
    page_of,
    record,
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

SCHEMAS = {
    "Me": record(id=ID, name=TEXT, email=TEXT, role=ROLE, permissions=many(TEXT)),
    "Tokens": page_of(record(**TOKEN)),
    "NewToken": with_some(record(**TOKEN), token=TEXT),
    "Revoked": record(id=ID, revoked=FLAG),
    "Sessions": page_of(SESSION),
    "Ended": record(ended=WHOLE),
    "Link": record(url=URL, expires_at=MOMENT),
    "Staff": record(**ACCOUNT, permissions=table(FLAG)),
    "StaffRecord": record(**ACCOUNT, permissions=table(FLAG), sessions=many(SESSION), tokens=many(record(**TOKEN))),
    "StaffPage": page_of(record(**ACCOUNT), counts=counts("active", "invited", "disabled")),
}
