"""Password of contacts: changed by oneself, or set by a mailed link when it was forgotten."""

import time
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem
from chassis.events.event import rfc3339
from chassis.events.unit_of_work import UnitOfWorkOpener, nested_unit_of_work
from chassis.logs import get_logger
from chassis.process.jobs import wake_job
from services.clients import rules
from services.clients.commands.identity.attempts import count_mail
from services.clients.commands.identity.current_login import check_current_password, current_login
from services.clients.commands.identity.login_streams import (
    contacts_behind,
    first_stream,
    publish_for_contacts,
    publish_for_login,
)
from services.clients.commands.identity.revoke_contact_access import password_changed, set_portal_password
from services.clients.commands.identity.staff import hashed_password
from services.clients.commands.mail.queue import queue_mail, require_few_to_recipient
from services.clients.commands.portal.links import DEAD_LINK, make_link, open_link
from services.clients.commands.portal.sessions import as_contact
from services.clients.events import ContactUpdated
from services.clients.models import Login, PasswordRequest
from services.clients.queries import portal
from services.clients.queries.credentials import known_words

RESET_LIFETIME = timedelta(minutes=15)
ANSWER_SECONDS = 30.0

log = get_logger(__name__)


def change_portal_password(open_uow: UnitOfWorkOpener, *, current_password: str, new_password: str) -> dict:
    """Set one's own password; all sessions end, also the one that asks: `{"changed": true}`."""
    check_current_password(open_uow, password=current_password)
    known = known_words(open_uow.session, current_login(open_uow.session, open_uow.caller).id)
    hashed = hashed_password(new_password, known, "/new_password")
    with open_uow() as uow:
        login = current_login(uow.session, uow.caller)
        ended = set_portal_password(uow.session, login, hashed)
        publish_for_login(uow, login.id, lambda contact: password_changed(contact, "own", ended))
        return uow.record_answer({"changed": True})


def ask_portal_password(open_uow: UnitOfWorkOpener, *, email: str) -> dict:
    """Have a link mailed that sets a new password, to whoever may sign in by this email; `{"asked": true}` whether or not
    there is one. Nobody is looked for before that is answered: neither the answer nor its time tells.

    Raises `too-many-requests` for an address that asks too often; an email that has had several mails gets no more for
    now, which the log says and not the answer.
    """
    session, caller = open_uow.session, open_uow.caller
    if count_mail(session, f"password {rules.email_key(email)}", caller.ip):
        asked = {"request_id": caller.request_id, "email": email, "ip": caller.ip}
        session.execute(upsert(PasswordRequest).values(**asked).on_conflict_do_nothing())
        wake_job(session, "answer_password_requests")
        session.commit()
    else:
        log.warning("request refused", kind="password", reason="too-many-requests")
    return {"asked": True}


def answer_password_request(session: Session) -> bool:
    """Answer the oldest that waits, a step of a job: queue the mail where somebody may sign in by the email; whether
    there was one."""
    asked = session.scalar(
        select(PasswordRequest).order_by(PasswordRequest.asked_at).limit(1).with_for_update(skip_locked=True)
    )
    if asked is None:
        session.rollback()
        return False
    login = session.scalar(
        select(Login).where(Login.kind == "contact", Login.email_key == rules.email_key(asked.email))
    )
    contacts = portal.contacts_of_login(session, login.id) if login else []
    session.delete(asked)
    if contacts and _has_had_few(session, login.email):
        _mail_link(session, asked, login, contacts)
    session.commit()
    return True


def _has_had_few(session: Session, email: str) -> bool:
    try:
        require_few_to_recipient(session, email)
    except ServiceProblem as refusal:
        log.warning("request refused", kind="password", reason=refusal.code, limit=refusal.extra["limit"])
        return False
    return True


def _mail_link(session: Session, asked: PasswordRequest, login: Login, contacts: list) -> None:
    caller = Caller(request_id=asked.request_id, ip=asked.ip, deadline=time.time() + ANSWER_SECONDS)
    with nested_unit_of_work(session, "clients", caller, first_stream(contacts)) as uow:
        link = make_link(session, login.id, "password", RESET_LIFETIME)
        queue_mail(
            session,
            "password",
            login.email,
            {"code": link.code, "name": portal.full_name(contacts[0])},
            client_id=contacts[0].client_id,
            expires_at=link.expires_at,
        )
        publish_for_contacts(uow, contacts, lambda contact: _link_made(contact, rfc3339(link.expires_at)))


def check_portal_password_link(session: Session, *, code: str) -> dict:
    """Whose password the link sets: `{"email"}`. Raises `unauthenticated` for one that is used or too old."""
    login = session.get(Login, open_link(session, code, "password").login_id)
    session.rollback()
    return {"email": login.email}


def use_portal_password_link(open_uow: UnitOfWorkOpener, *, code: str, password: str) -> dict:
    """Set the password that the link is for: `{"changed": true}`. The link ends with it, and so do all sessions.

    A second factor stays, and is asked for at the next sign-in.
    """
    session = open_uow.session
    login_id = open_link(session, code, "password").login_id
    contacts = portal.contacts_of_login(session, login_id)
    known = known_words(session, login_id)
    session.rollback()
    hashed = hashed_password(password, known)
    if not contacts:
        raise ServiceProblem("unauthenticated", DEAD_LINK)
    first = min(contacts, key=lambda contact: contact.client_id)
    with open_uow(stream=first.client_id, caller=as_contact(open_uow.caller, first)) as uow:
        open_link(uow.session, code, "password")
        ended = set_portal_password(uow.session, uow.session.get(Login, login_id), hashed)
        publish_for_contacts(
            uow, contacts_behind(uow.session, login_id), lambda contact: password_changed(contact, "link", ended)
        )
    return {"changed": True}


def _link_made(contact, expires_at: str) -> ContactUpdated:
    return ContactUpdated(
        client_id=contact.client_id,
        entity=("contact", contact.id),
        facts={"role": contact.role, "status": "active", "primary": contact.is_primary},
        personal={"first_name": contact.first_name, "last_name": contact.last_name},
        changes=[{"field": "password_link", "old": None, "new": expires_at}],
    )
