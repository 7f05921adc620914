"""Revocation of a contact's access to the portal: sessions, pending sign-ins, links."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from chassis.events.unit_of_work import UnitOfWork
from services.clients.commands.identity.login_streams import contacts_behind, publish_for_contacts
from services.clients.commands.identity.pending_sign_ins import end_pending_sign_ins
from services.clients.events import ContactPasswordChanged, ContactSignedOut
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


def end_portal_sessions(uow: UnitOfWork, login_id: UUID, *which, how: str = "ended") -> int:
    """End those sessions of a login that fit `which`, all without one, and publish each in the stream of the client that
    it was in; how many. The unit of work is open on the first stream of the login's clients."""
    ended = end_sessions(uow.session, PortalSession.login_id == login_id, *which, cause=how)
    contacts = {contact.id: contact for contact in contacts_behind(uow.session, login_id)}
    known = [(contacts[contact_id], session_id) for session_id, contact_id in ended if contact_id in contacts]
    for contact, session_id in sorted(known, key=lambda pair: pair[0].client_id):
        publish_for_contacts(uow, [contact], partial(_signed_out, session_id, how))
    return len(ended)


def _signed_out(session_id: UUID, how: str, contact) -> ContactSignedOut:
    return ContactSignedOut(
        client_id=contact.client_id,
        entity=("contact", contact.id),
        facts={"session_id": str(session_id), "how": how},
    )
