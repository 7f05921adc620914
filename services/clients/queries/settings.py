"""Settings (groups, tags, custom fields) as admins have defined them. Short lists, not paged."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.db.compiled import CompiledSelect
from chassis.errors import not_found
from chassis.types.text import COLLATION
from services.clients.models import Client, ClientGroup, ClientTag, CustomField, CustomFieldValue, Tag

_GROUPS = select(
    ClientGroup.id, ClientGroup.name, ClientGroup.colour, ClientGroup.description, ClientGroup.discount_percent
).order_by(ClientGroup.name.collate(COLLATION), ClientGroup.id)
_TAGS = select(Tag.id, Tag.name, Tag.colour).order_by(Tag.name.collate(COLLATION), Tag.id)
_FIELDS = select(
    CustomField.id,
    CustomField.label,
    CustomField.type,
    CustomField.options,
    CustomField.required,
    CustomField.position,
    CustomField.visibility,
).order_by(CustomField.position, CustomField.id)
_ALL_GROUPS, _ALL_TAGS, _ALL_FIELDS = (CompiledSelect(rows) for rows in (_GROUPS, _TAGS, _FIELDS))


def groups(session: Session, *, counts: bool = False) -> dict:
    """All groups by name; with `counts` each also has the number of its `clients`, which reads an index of all
    clients."""
    return _all(session, _ALL_GROUPS, _group, Client.group_id if counts else None)


def group(session: Session, group_id: UUID) -> dict:
    """One group; `not-found` when there is none."""
    return _one(session, _GROUPS.where(ClientGroup.id == group_id), _group)


def tags(session: Session, *, counts: bool = False) -> dict:
    """All tags by name; with `counts` each also has the number of its `clients`, which reads an index of all such."""
    return _all(session, _ALL_TAGS, _tag, ClientTag.tag_id if counts else None)


def tag(session: Session, tag_id: UUID) -> dict:
    """One tag; `not-found` when there is none."""
    return _one(session, _TAGS.where(Tag.id == tag_id), _tag)


def custom_fields(session: Session, *, counts: bool = False) -> dict:
    """All custom fields by their order, those of the same order by age; `counts` adds how many `clients` have a
    value."""
    return _all(session, _ALL_FIELDS, _field, CustomFieldValue.field_id if counts else None)


def custom_field(session: Session, field_id: UUID) -> dict:
    """One custom field; `not-found` when there is none."""
    return _one(session, _FIELDS.where(CustomField.id == field_id), _field)


def _all(session: Session, rows: CompiledSelect, serialize, counted: InstrumentedAttribute | None) -> dict:
    found = [serialize(row) for row in rows.all(session)]
    if counted is not None:
        of = dict(session.execute(select(counted, func.count()).where(counted.is_not(None)).group_by(counted)).all())
        found = [{**one, "clients": of.get(UUID(one["id"]), 0)} for one in found]
    return {"data": found}


def _one(session: Session, rows, serialize) -> dict:
    row = session.execute(rows).one_or_none()
    if row is None:
        raise not_found()
    return serialize(row)


def _group(row) -> dict:
    return {
        "id": str(row.id),
        "name": row.name,
        "colour": row.colour,
        "description": row.description,
        "discount_percent": str(row.discount_percent),
    }


def _tag(row) -> dict:
    return {"id": str(row.id), "name": row.name, "colour": row.colour}


def _field(row) -> dict:
    return {
        "id": str(row.id),
        "label": row.label,
        "type": row.type,
        "options": row.options,
        "required": row.required,
        "order": row.position,
        "visibility": row.visibility,
    }
