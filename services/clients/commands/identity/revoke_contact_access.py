"""Revocation of a contact's access to the portal: sessions, pending sign-ins, links."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from services.clients.commands.identity.pending_sign_ins import end_pending_sign_ins
from services.clients.events import ContactPasswordChanged
from services.clients.models import Contact, Login, LoginLink, PortalLink, PortalSession


def set_portal_password(session: Session, login: Login, hashed: str) -> int:
    """Set a login's password and revoke all access of the person; how many sessions that were. The caller commits."""
    login.password_hash = hashed
    session.flush()
    return revoke_access(session, login.id, "password-changed")


def password_changed(contact, how: str, sessions: int) -> ContactPasswordChanged:
    """The event of a password that was set, for one client."""
    return ContactPasswordChanged(
        client_id=contact.client_id, entity=("contact", contact.id), facts={"how": how, "sessions": sessions}
    )


def revoke_access(session: Session, login_id: UUID, cause: str) -> int:
    """End the login's sessions, pending sign-ins and links; how many sessions that were. The caller commits."""
    end_pending_sign_ins(session, login_id)
    session.execute(
        update(PortalLink)
        .where(PortalLink.login_id == login_id, PortalLink.ended_at.is_(None))
        .values(ended_at=func.now())
    )
    session.execute(
        update(LoginLink).where(LoginLink.login_id == login_id, LoginLink.used_at.is_(None)).values(used_at=func.now())
    )
    return len(end_sessions(session, PortalSession.login_id == login_id, cause=cause))


def end_sessions_of(session: Session, contact_ids: Iterable[UUID], cause: str) -> None:
    """End the sessions in which somebody is in the portal as one of these contacts."""
    end_sessions(session, PortalSession.contact_id.in_(contact_ids), cause=cause)


def end_sessions_of_client(session: Session, client_id: UUID, cause: str) -> None:
    """End the sessions of all contacts of a client."""
    end_sessions(
        session, PortalSession.contact_id.in_(select(Contact.id).where(Contact.client_id == client_id)), cause=cause
    )


def end_sessions(session: Session, *which, cause: str) -> list[Row]:
    """End those sessions that are alive; for each its id and its contact's."""
    return session.execute(
        update(PortalSession)
        .where(*which, PortalSession.ended_at.is_(None), PortalSession.expires_at > func.now())
        .values(ended_at=func.now(), end_cause=cause)
        .returning(PortalSession.id, PortalSession.contact_id)
    ).all()
