"""Portal: who is signed in to it, and which clients they may choose."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.types.text import fold
from services.clients import rules
from services.clients.models import Client, Contact, Login, PortalSession

IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)

_PRIMARY = Contact.__table__.alias("primary_contact")
CONTACT = (
    select(
        Contact.id,
        Contact.first_name,
        Contact.last_name,
        Contact.email,
        Contact.role,
        Contact.client_id,
        Contact.login_id,
        Contact.email_key,
        Contact.is_primary,
        Client.status.label("client_status"),
        Client.company,
        Client.language,
        _PRIMARY.c.first_name.label("primary_first_name"),
        _PRIMARY.c.last_name.label("primary_last_name"),
    )
    .join(Client, Client.id == Contact.client_id)
    .join(_PRIMARY, and_(_PRIMARY.c.client_id == Client.id, _PRIMARY.c.is_primary))
)
MAY_ENTER = and_(Contact.status == "active", Contact.removed_at.is_(None))
MAY_SIGN_IN = and_(MAY_ENTER, Contact.confirmation_asked_at.is_(None))

_NOW = func.now()
_SESSION = CompiledSelect(
    select(
        PortalSession.id,
        PortalSession.login_id,
        PortalSession.contact_id,
        Login.email,
        PortalSession.authenticated_at,
        (PortalSession.last_seen_at < _NOW - SEEN_EVERY).label("stale"),
    )
    .join(Login, Login.id == PortalSession.login_id)
    .where(
        PortalSession.token_hash == bindparam("token_hash"),
        PortalSession.ended_at.is_(None),
        PortalSession.expires_at > _NOW,
        PortalSession.last_seen_at > _NOW - IDLE,
    )
)
_OF_SESSION = CompiledSelect(
    CONTACT.where(Contact.id == bindparam("contact_id"), Contact.login_id == bindparam("login_id"), MAY_SIGN_IN)
)


def session_principal(session: Session, token_hash: str | None) -> dict | None:
    """The contact who is signed in to the portal by this session, or None; notes the use, once a minute at most.

    Before a client is chosen it is somebody with a login, an id of their own, and no permission.
    """
    row = _SESSION.first(session, token_hash=token_hash)
    if row is None:
        return None
    if row.stale:
        session.execute(update(PortalSession).where(PortalSession.id == row.id).values(last_seen_at=_NOW))
        session.commit()
    known = {"kind": "contact", "authenticated_at": row.authenticated_at.timestamp()}
    if row.contact_id is None:
        return {**known, "id": str(row.login_id), "name": row.email, "email": row.email, "permissions": []}
    contact = _OF_SESSION.first(session, contact_id=row.contact_id, login_id=row.login_id)
    return contact and {
        **contact_principal(contact),
        **known,
        "id": str(contact.id),
        "name": full_name(contact),
    }


def contact_principal(contact) -> dict:
    """What a row of CONTACT may do in its client's portal, and what its pages show of it."""
    return {
        "client_id": str(contact.client_id),
        "email": contact.email,
        "role": contact.role,
        "permissions": rules.portal_permissions(contact.role, contact.client_status),
        "client": {
            "id": str(contact.client_id),
            "status": contact.client_status,
            "name": rules.shown_name(contact.company, contact.primary_first_name, contact.primary_last_name),
            "language": contact.language,
        },
    }


def contacts_of_login(session: Session, login_id: UUID) -> list:
    """The rows of CONTACT that this login may enter as, by the client's name."""
    rows = session.execute(CONTACT.where(Contact.login_id == login_id, MAY_SIGN_IN)).all()
    return sorted(rows, key=lambda row: fold(contact_principal(row)["client"]["name"]))


def choices(session: Session, token_hash: str | None) -> list[dict]:
    """The clients that whoever is signed in by this session may choose: [{contact_id, role, client{id, name,
    status}}]."""
    login_id = session.scalar(select(PortalSession.login_id).where(PortalSession.token_hash == token_hash))
    return [
        {"contact_id": str(row.id), "role": row.role, "client": contact_principal(row)["client"]}
        for row in contacts_of_login(session, login_id)
    ]


def full_name(contact) -> str:
    """First and last name of a contact."""
    return f"{contact.first_name} {contact.last_name}"
