"""Response schemas of the activity log."""

from gateway.api.schemas.values import ACTOR, FLAG, HASH, ID, MOMENT, TEXT, WHOLE, many, maybe, page_of, record

ENTRY = {
    "id": ID,
    "seq": WHOLE,
    "occurred_at": MOMENT,
    "actor": ACTOR,
    "acting_as": maybe(record(id=TEXT, contact_id=TEXT, name=TEXT)),
    "action": TEXT,
    "type": TEXT,
    "category": TEXT,
    "references": many(record(type=TEXT, id=TEXT, text=TEXT)),
    "entity": record(type=TEXT, id=maybe(TEXT)),
    "changes": many(record(field=TEXT, old={}, new={})),
    "ip": maybe(TEXT),
    "cause": maybe(TEXT),
    "hash": HASH,
}

SCHEMAS = {
    "Activity": page_of(record(**ENTRY)),
    "AllActivity": page_of(record(**ENTRY, client_id=maybe(ID))),
    "Verdict": record(
        entries=WHOLE,
        archived=WHOLE,
        head=maybe(HASH),
        valid=maybe(FLAG),
        first_bad_seq=maybe(WHOLE),
        fault=maybe(record(seq=maybe(WHOLE), kind=TEXT, sealed=maybe(TEXT), found=maybe(TEXT))),
        gaps=many(record(source=TEXT, first=WHOLE, last=WHOLE)),
        checkpoint=maybe(record(number=WHOLE, made_at=MOMENT, seq=WHOLE, hash=HASH)),
        verified_at=MOMENT,
    ),
}
