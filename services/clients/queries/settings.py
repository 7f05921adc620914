"""What admins have defined: groups, tags, custom fields. Short lists, not paged."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.clients.models import Client, ClientGroup, CustomField, Tag


def groups(session: Session, *, counts: bool) -> dict:
    """All groups by name; with `counts` each also tells how many `clients` it has, which reads an index of all clients."""
    rows = session.execute(select(ClientGroup.id, ClientGroup.name, ClientGroup.colour, ClientGroup.description,
                                  ClientGroup.discount_percent).order_by(func.lower(ClientGroup.name), ClientGroup.id))
    found = [{"id": str(row.id), "name": row.name, "colour": row.colour, "description": row.description,
              "discount_percent": str(row.discount_percent)} for row in rows]
    if counts:
        of = {str(group): number for group, number in session.execute(
            select(Client.group_id, func.count()).where(Client.group_id.is_not(None)).group_by(Client.group_id)).all()}
        found = [{**group, "clients": of.get(group["id"], 0)} for group in found]
    return {"data": found}


def tags(session: Session) -> dict:
    """All tags by name."""
    rows = session.execute(select(Tag.id, Tag.name, Tag.colour).order_by(func.lower(Tag.name), Tag.id))
    return {"data": [{"id": str(row.id), "name": row.name, "colour": row.colour} for row in rows]}


def custom_fields(session: Session) -> dict:
    """All custom fields in their order."""
    rows = session.execute(
        select(CustomField.id, CustomField.label, CustomField.type, CustomField.options, CustomField.required,
               CustomField.position, CustomField.visibility).order_by(CustomField.position, CustomField.id))
    return {"data": [{"id": str(row.id), "label": row.label, "type": row.type, "options": row.options,
                      "required": row.required, "order": row.position, "visibility": row.visibility} for row in rows]}
