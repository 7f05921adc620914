"""Names by id, for the log of all clients, which knows ids alone."""

from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from chassis.types.text import COLLATION
from services.clients import rules
from services.clients.models import Client, Contact, StaffAccount


def names(session: Session, client_ids: list[UUID]) -> dict:
    """`{"clients": {id: name shown}, "staff": [{id, name}]}`: these clients, as far as they exist, and all staff by
    name."""
    clients = session.execute(
        select(Client.id, Client.company, Contact.first_name, Contact.last_name)
        .join(Contact, and_(Contact.client_id == Client.id, Contact.is_primary))
        .where(Client.id.in_(client_ids))
    )
    staff = session.execute(
        select(StaffAccount.id, StaffAccount.name).order_by(StaffAccount.name.collate(COLLATION), StaffAccount.id)
    )
    return {
        "clients": {str(row.id): rules.shown_name(row.company, row.first_name, row.last_name) for row in clients},
        "staff": [{"id": str(row.id), "name": row.name} for row in staff],
    }
