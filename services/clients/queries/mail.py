"""Mail queries: who of a client is mailed its invoices."""

from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from services.clients.models import Contact
from services.clients.queries.portal import CONTACT, MAY_ENTER

RECIPIENT_ROLES = ("owner", "admin", "billing")


def invoice_recipients(session: Session, client_id: UUID) -> list[Row]:
    """The contacts of a client who may see invoices, the primary one first, one an address."""
    contacts = session.execute(
        CONTACT.where(Contact.client_id == client_id, MAY_ENTER, Contact.role.in_(RECIPIENT_ROLES)).order_by(
            ~Contact.is_primary, Contact.id
        )
    ).all()
    first = {}
    for contact in contacts:
        first.setdefault(contact.email_key, contact)
    return list(first.values())
