"""Profile changes since a version: read from the events that the service itself published."""

from uuid import UUID

from sqlalchemy import Integer, select
from sqlalchemy.orm import Session

from chassis.db.tables import outbox
from chassis.events.event import rfc3339
from services.clients.events import ClientGroupChanged, ClientUpdated, ContactMadePrimary, ContactUpdated
from services.clients.profile_fields import COMPANY, PERSON

_TYPES = [event.type for event in (ClientUpdated, ClientGroupChanged, ContactUpdated, ContactMadePrimary)]
_VERSION = outbox.c.body["facts"]["version"].astext.cast(Integer)
_FOR_PROFILE = outbox.c.body["facts"]["primary"].astext.is_distinct_from("false")


def changes_since(session: Session, client_id: UUID, version: int) -> dict[str, dict]:
    """{field: {"was", "by", "at"}} of the profile's fields that were changed after `version`, `group_id` among them.

    `was` is the value at `version`, `by` the name of who changed it last; each None where an erasure took it.
    """
    rows = session.execute(
        select(outbox.c.body, outbox.c.personal, outbox.c.recorded_at)
        .where(outbox.c.stream == str(client_id), outbox.c.type.in_(_TYPES), _FOR_PROFILE, version < _VERSION)
        .order_by(outbox.c.sequence)
    )
    found: dict[str, dict] = {}
    for row in rows:
        personal = row.personal or {}
        who = {"by": personal.get("actor_name", {}).get("value"), "at": rfc3339(row.recorded_at)}
        for field, old in _old_values(row.body, personal).items():
            found[field] = {"was": old, **found.get(field, {}), **who}
    return found


def _old_values(body: dict, personal: dict) -> dict:
    if body["type"] == ClientGroupChanged.type:
        return {"group_id": body["facts"]["previous_group_id"]}
    return {
        change["field"]: (personal.get(f"changes.{change['field']}", {}).get("value") or change)["old"]
        for change in body["changes"]
        if change["field"] in (*PERSON, *COMPANY)
    }
