"""Response schemas of events; each type has its own JSON Schema besides, where `dataschema` leads."""

from gateway.api.schemas.values import (
    ACTOR,
    FLAG,
    ID,
    MOMENT,
    TEXT,
    URL,
    WHOLE,
    many,
    maybe,
    page_of,
    record,
    table,
    with_some,
)

DATA = record(
    actor=ACTOR,
    acting_as=maybe(record(contact_id=TEXT, name=maybe(TEXT))),
    facts={"type": "object"},
    personal=table(record(salt=TEXT, value={})),
    changes=many(with_some(record(field=TEXT, old={}, new={}), personal=FLAG)),
)
EVENT = record(
    specversion=TEXT,
    id=ID,
    type=TEXT,
    source=TEXT,
    time=MOMENT,
    dataschema=URL,
    stream=TEXT,
    sequence=WHOLE,
    data=DATA,
)

SCHEMAS = {"Events": page_of(with_some(EVENT, subject=ID, epoch=WHOLE, cause=TEXT, traceparent=TEXT), resume=TEXT)}
