"""Mail queries: who of a client is mailed its invoices, and who what staff changed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from services.clients.models import Contact
from services.clients.queries.portal import CONTACT, MAY_SIGN_IN

RECIPIENT_ROLES = ("owner", "admin", "billing")


def invoice_recipients(session: Session, client_id: UUID) -> list[Row]:
    """The contacts of a client who may see invoices, the primary one first, one an address."""
    contacts = session.execute(
        CONTACT.where(Contact.client_id == client_id, MAY_SIGN_IN, Contact.role.in_(RECIPIENT_ROLES)).order_by(
            ~Contact.is_primary, Contact.id
        )
    ).all()
    return _one_an_address(contacts)


def owners(session: Session, client_id: UUID, *, but: UUID | None = None) -> list[Row]:
    """The owners of a client who act for it, one an address; without the contact `but`."""
    wanted = (Contact.client_id == client_id, MAY_SIGN_IN, Contact.role == "owner", Contact.id != but)
    return _one_an_address(session.execute(CONTACT.where(*wanted).order_by(~Contact.is_primary, Contact.id)).all())


def _one_an_address(contacts: Sequence[Row]) -> list[Row]:
    first = {}
    for contact in contacts:
        first.setdefault(contact.email_key, contact)
    return list(first.values())
