"""Response schemas of impersonations."""

from gateway.api.schemas.values import ID, MOMENT, TEXT, URL, maybe, page_of, record, ref

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

SCHEMAS = {
    "Impersonation": record(**IMPERSONATION),
    "NewImpersonation": record(**IMPERSONATION, url=URL, expires_at=MOMENT),
    "Impersonations": page_of(ref("Impersonation")),
}
