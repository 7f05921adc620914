"""Invitation, accepted: the contact chooses a password, once; where the email has a login with one, that one is
asked for.

So a link never sets the password of a login that exists: whoever got hold of it reaches nothing else.
"""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.clients import passwords, rules
from services.clients.commands.identity.attempts import forget_attempt
from services.clients.commands.identity.login_streams import contacts_behind
from services.clients.commands.identity.logins import login_for
from services.clients.commands.identity.revoke_contact_access import password_changed
from services.clients.commands.identity.staff import hashed_password
from services.clients.commands.portal.sessions import as_contact
from services.clients.commands.portal.sign_in import count_sign_in, record_failed_sign_in
from services.clients.commands.records.contacts import facts_of, person_of
from services.clients.events import ContactUpdated
from services.clients.models import Client, Contact, Invitation, Login
from services.clients.queries.contacts import IS_CONTACT
from services.clients.queries.portal import CONTACT, contact_principal, full_name

OVER = "This invitation was used already or is too old. Ask whoever invited you for another one."
NOT_YOURS = "This is not the password of your account."


def check_invitation(session: Session, *, code: str) -> dict:
    """Whom the link invites to what: `{"name", "email", "client": {id, name, status}, "has_password"}`.

    Raises `unauthenticated` for one that is used, too old or unknown.
    """
    contact = _invited(session, code)
    client = contact_principal(session.execute(CONTACT.where(Contact.id == contact.id)).one())["client"]
    login = _login(session, contact)
    return {
        "name": full_name(contact),
        "email": contact.email,
        "client": client,
        "has_password": _opens_something(session, login),
    }


def accept_invitation(open_uow: UnitOfWorkOpener, *, code: str, password: str, user_agent: str | None) -> dict:
    """Let the contact sign in from now on, by a new password or by the one of the email's login: `{"accepted": true}`.

    Raises 422 `/password` for one that cannot be used or is not that login's, which is in the log; `too-many-requests`.
    """
    session = open_uow.session
    contact = _invited(session, code)
    login = _login(session, contact)
    known = _opens_something(session, login)
    names = (contact.email, full_name(contact), session.get(Client, contact.client_id).company)
    hashed = None if known else hashed_password(password, names)
    if known:
        buckets = count_sign_in(session, open_uow.caller, login.email_key, login.id)
        if not passwords.matches(password, login.password_hash):
            record_failed_sign_in(open_uow, email=login.email, reason="wrong-password", user_agent=user_agent)
            raise field_problem("/password", NOT_YOURS)
        forget_attempt(session, buckets)
        session.commit()
    with open_uow(stream=contact.client_id, caller=as_contact(open_uow.caller, contact)) as uow:
        contact = _use(uow.session, code)
        _give_login(uow, contact, hashed)
    return {"accepted": True}


def _invited(session: Session, code: str) -> Contact:
    contact = session.scalar(select(Contact).join(Invitation, Invitation.contact_id == Contact.id).where(*_open(code)))
    if contact is None:
        raise ServiceProblem("unauthenticated", OVER)
    return contact


def _use(session: Session, code: str) -> Contact:
    """Use the invitation up; of two at once one is too late."""
    contact = _invited(session, code)
    used = (
        update(Invitation)
        .where(
            Invitation.code_hash == rules.sha256_hex(code), Invitation.used_at.is_(None), Invitation.ended_at.is_(None)
        )
        .values(used_at=func.clock_timestamp())
    )
    if not session.execute(used).rowcount:
        raise ServiceProblem("unauthenticated", OVER)
    return contact


def _give_login(uow: UnitOfWork, contact: Contact, hashed: str | None) -> None:
    """Tie the contact to the email's login; one that has got a password meanwhile keeps it, and has to be asked for
    it."""
    login = uow.session.get(Login, login_for(uow.session, contact.email), with_for_update=True, populate_existing=True)
    if _opens_something(uow.session, login) != (hashed is None):
        raise ServiceProblem("invalid-state", "Something changed meanwhile. Open the link again.")
    contact.login_id, contact.status = login.id, "active"
    if hashed is not None:
        login.password_hash = hashed
        uow.publish(password_changed(contact, "invitation", 0))
        return
    version = uow.session.scalar(select(Client.version).where(Client.id == contact.client_id))
    uow.publish(
        ContactUpdated(
            client_id=contact.client_id,
            entity=("contact", contact.id),
            personal=person_of(contact),
            facts={**facts_of(contact), "primary": contact.is_primary, "version": version},
            changes=[{"field": "portal_access", "old": "invited", "new": "accepted"}],
        )
    )


def _login(session: Session, contact: Contact) -> Login | None:
    return session.scalar(
        select(Login).where(Login.kind == "contact", Login.email_key == rules.email_key(contact.email))
    )


def _opens_something(session: Session, login: Login | None) -> bool:
    """Whether a login has a password that leads somewhere; one that no contact is left of has nothing to protect."""
    return login is not None and login.password_hash is not None and bool(contacts_behind(session, login.id))


def _open(code: str) -> tuple:
    return (
        Invitation.code_hash == rules.sha256_hex(code),
        Invitation.used_at.is_(None),
        Invitation.ended_at.is_(None),
        Invitation.expires_at > func.now(),
        IS_CONTACT,
        Contact.status != "inactive",
        Contact.confirmation_asked_at.is_(None),
    )
