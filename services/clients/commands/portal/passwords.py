"""Passwords of contacts: changed by oneself, or set by a mailed link when it was forgotten."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem
from chassis.events.event import rfc3339
from services.clients import rules
from services.clients.commands.identity.attempts import count_mail
from services.clients.commands.identity.current_login import check_own_password, own_login
from services.clients.commands.identity.login_streams import contacts_behind, first_stream, say_in_each, say_of
from services.clients.commands.identity.revoke_contact_access import password_changed, put_portal_password
from services.clients.commands.identity.staff import hashed_password
from services.clients.commands.mail.queue import queue_mail
from services.clients.commands.portal.links import DEAD_LINK, make_link, open_link
from services.clients.commands.portal.sessions import as_contact
from services.clients.events import ContactUpdated
from services.clients.models import Login
from services.clients.queries import portal

RESET_LIFETIME = timedelta(minutes=15)


def change_portal_password(
    session: Session, write: Callable, caller: Caller, *, current_password: str, new_password: str
) -> dict:
    """Set one's own password; all sessions end, also the one that asks: `{"changed": true}`."""
    check_own_password(session, caller, current_password)
    hashed = hashed_password(new_password, "/new_password")
    with write() as uow:
        login = own_login(uow.session, caller)
        ended = put_portal_password(uow.session, login, hashed)
        say_in_each(uow, login.id, lambda contact: password_changed(contact, "own", ended))
        return uow.record_answer({"changed": True})


def ask_portal_password(session: Session, write: Callable, caller: Caller, *, email: str) -> dict:
    """Mail a link that sets a new password to whoever may sign in by this email; `{"asked": true}` whether or not there
    is one.

    Raises `too-many-requests` for an address that asks too often; an email that has had several mails gets no more for
    now.
    """
    wanted = count_mail(session, f"password {rules.email_key(email)}", caller.ip)
    login = session.scalar(select(Login).where(Login.kind == "contact", Login.email_key == rules.email_key(email)))
    contacts = portal.contacts_of_login(session, login.id) if login else []
    if wanted and contacts:
        with write(stream=first_stream(contacts), caller=caller) as uow:
            link = make_link(uow.session, login.id, "password", RESET_LIFETIME)
            queue_mail(
                uow.session,
                "password",
                login.email,
                {"code": link.code, "name": portal.full_name(contacts[0])},
                client_id=contacts[0].client_id,
                expires_at=link.expires_at,
            )
            say_of(uow, contacts, lambda contact: _asked(contact, rfc3339(link.expires_at)))
    return {"asked": True}


def check_portal_password_link(session: Session, *, code: str) -> dict:
    """Whose password the link sets: `{"email"}`. Raises `unauthenticated` for one that is used or too old."""
    login = session.get(Login, open_link(session, code, "password").login_id)
    session.rollback()
    return {"email": login.email}


def use_portal_password_link(session: Session, write: Callable, caller: Caller, *, code: str, password: str) -> dict:
    """Set the password that the link is for: `{"changed": true}`. The link ends with it, and so do all sessions.

    A second factor stays, and is asked for at the next sign-in.
    """
    login_id = open_link(session, code, "password").login_id
    contacts = portal.contacts_of_login(session, login_id)
    session.rollback()
    hashed = hashed_password(password)
    if not contacts:
        raise ServiceProblem("unauthenticated", DEAD_LINK)
    first = min(contacts, key=lambda contact: contact.client_id)
    with write(stream=first.client_id, caller=as_contact(caller, first)) as uow:
        open_link(uow.session, code, "password")
        ended = put_portal_password(uow.session, uow.session.get(Login, login_id), hashed)
        say_of(uow, contacts_behind(uow.session, login_id), lambda contact: password_changed(contact, "link", ended))
    return {"changed": True}


def _asked(contact, expires_at: str) -> ContactUpdated:
    return ContactUpdated(
        client_id=contact.client_id,
        entity=("contact", contact.id),
        facts={"role": contact.role, "status": "active", "primary": contact.is_primary},
        personal={"first_name": contact.first_name, "last_name": contact.last_name},
        changes=[{"field": "password_link", "old": None, "new": expires_at}],
    )
