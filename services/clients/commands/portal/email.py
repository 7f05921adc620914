"""Email of a contact, changed by themselves: the new one counts once its mailed link was used; the old address gets a
notice."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.identity.attempts import count_mail
from services.clients.commands.identity.current_login import check_current_password, current_login
from services.clients.commands.identity.login_streams import contacts_behind, publish_for_login
from services.clients.commands.identity.revoke_contact_access import revoke_access
from services.clients.commands.mail.queue import queue_mail, require_few_mails
from services.clients.commands.portal.links import DEAD_LINK, make_link, open_link
from services.clients.commands.portal.sessions import as_contact
from services.clients.commands.records.contacts import change_contact, facts_of, person_of, refuse_double
from services.clients.events import ContactUpdated
from services.clients.models import Client, Login

LIFETIME = timedelta(hours=24)
TAKEN = "Another account has this email. Sign in with that one instead."


def ask_portal_email(open_uow: UnitOfWorkOpener, *, email: str, current_password: str) -> dict:
    """Mail a link to the address that is to be one's own: `{"asked": true}`, whoever has that address by now.

    Raises 422 for a wrong password or the email that one has already, `too-many-requests`.
    """
    session, caller = open_uow.session, open_uow.caller
    check_current_password(open_uow, password=current_password)
    login = current_login(session, caller)
    if rules.email_key(email) == login.email_key:
        raise field_problem("/email", "This is your email already.")
    if not count_mail(session, f"email {login.id}", caller.ip):
        raise ServiceProblem(
            "too-many-requests", "You asked for several links already. Try again later.", retry_after=900
        )
    with open_uow() as uow:
        require_few_mails(uow, email)
        link = make_link(uow.session, login.id, "email", LIFETIME, email)
        queue_mail(
            uow.session,
            "email_confirm",
            email,
            {"code": link.code},
            client_id=caller.client_id,
            expires_at=link.expires_at,
        )
        publish_for_login(uow, login.id, lambda contact: _changed(contact, "unconfirmed_email", None, email))
        return uow.record_answer({"asked": True})


def check_portal_email_link(session: Session, *, code: str) -> dict:
    """What the link would change: `{"email", "old_email"}`; `unauthenticated` for one that is used or too old."""
    link = open_link(session, code, "email")
    login = session.get(Login, link.login_id)
    session.rollback()
    return {"email": link.email, "old_email": login.email}


def use_portal_email_link(open_uow: UnitOfWorkOpener, *, code: str) -> dict:
    """Make the confirmed address the email of the login and of its contacts: `{"email"}`; all sessions end.

    Raises 409 `duplicate` when another login, or another contact of one of the clients, has it by now.
    """
    session = open_uow.session
    contacts = contacts_behind(session, open_link(session, code, "email").login_id)
    session.rollback()
    if not contacts:
        raise ServiceProblem("unauthenticated", DEAD_LINK)
    with open_uow(stream=contacts[0].client_id, caller=as_contact(open_uow.caller, contacts[0])) as uow:
        link = open_link(uow.session, code, "email")
        login = uow.session.get(Login, link.login_id, with_for_update=True)
        old, new = login.email, link.email
        _refuse_taken(uow.session, new)
        login.email, login.email_key = new, rules.email_key(new)
        revoke_access(uow.session, login.id, "email-changed")
        publish_for_login(uow, login.id, lambda contact: _move(uow.session, contact, old, new))
        queue_mail(uow.session, "email_changed", old, {"email": new}, client_id=contacts[0].client_id)
        return {"email": new}


def _refuse_taken(session: Session, email: str) -> None:
    if session.scalar(select(Login.id).where(Login.kind == "contact", Login.email_key == rules.email_key(email))):
        raise ServiceProblem("duplicate", TAKEN)


def _move(session: Session, contact, old: str, new: str) -> ContactUpdated:
    """Give one contact behind the login the new email; the event of it."""
    refuse_double(session, contact.client_id, new, True)
    client = session.get(Client, contact.client_id)
    change_contact(session, client, contact, [{"field": "email", "old": old, "new": new}], keeps_login=True)
    return _changed(contact, "email", old, new, version=client.version)


def _changed(contact, field: str, old: str | None, new: str, **facts) -> ContactUpdated:
    return ContactUpdated(
        client_id=contact.client_id,
        entity=("contact", contact.id),
        personal=person_of(contact),
        facts={**facts_of(contact), "primary": contact.is_primary, **facts},
        changes=[{"field": field, "old": old, "new": new}],
    )
