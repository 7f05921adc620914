"""Who changed a client's profile since somebody looked: read from what the service itself said of it."""

from uuid import UUID

from sqlalchemy import Integer, select
from sqlalchemy.orm import Session

from chassis.events import rfc3339
from chassis.tables import outbox
from services.clients.events import ClientGroupChanged, ClientUpdated, ContactMadePrimary, ContactUpdated
from services.clients.queries.clients import PERSON, PROFILE

_TYPES = [event.type for event in (ClientUpdated, ClientGroupChanged, ContactUpdated, ContactMadePrimary)]
_FIELDS = {*PERSON, *PROFILE, "group"}
_VERSION = outbox.c.body["facts"]["version"].astext.cast(Integer)


def changes_since(session: Session, client_id: UUID, version: int) -> dict[str, dict]:
    """{field: {"by", "at"}} of the profile's fields that were changed after `version`, each with its last change.

    `by` is a name, None where it is not known any more.
    """
    rows = session.execute(
        select(outbox.c.body["changes"].label("changes"), outbox.c.personal["actor_name"]["value"].astext.label("by"),
               outbox.c.recorded_at)
        .where(outbox.c.stream == str(client_id), outbox.c.type.in_(_TYPES),
               outbox.c.body["facts"]["primary"].astext.is_distinct_from("false"), version < _VERSION)
        .order_by(outbox.c.sequence))
    return {change["field"]: {"by": row.by, "at": rfc3339(row.recorded_at)}
            for row in rows for change in row.changes if change["field"] in _FIELDS}
