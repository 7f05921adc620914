"""Contact: a person of a client. Exactly one is primary, and that one is active; an active owner is always left."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.permissions import Permission
from services.clients import rules
from services.clients.commands.identity.revoke_contact_access import end_sessions_of
from services.clients.commands.mail.queue import queue_mail
from services.clients.commands.records.clients import refuse_duplicate
from services.clients.commands.records.confirmation import after_change, before_change, mail_primary_notice
from services.clients.commands.records.folded_copies import renew_copies
from services.clients.events import ContactAdded, ContactMadePrimary, ContactRemoved, ContactUpdated
from services.clients.models import Client, Contact, Invitation
from services.clients.profile_fields import PERSON
from services.clients.queries.contacts import IS_CONTACT, contact_row, one_contact

# Taken once the stream is held, so that the order of rows is the order of their events.
NOW = func.clock_timestamp()


def add_contact(
    open_uow: UnitOfWorkOpener, *, client_id: UUID, allow_duplicate_email: bool, role: str, **person
) -> dict:
    """Add an active contact that is not the primary one; answers it.

    Raises `duplicate` for an email that the client has already, or, unless that is meant, another client.
    """
    with open_uow(stream=client_id) as uow:
        client = _client(uow.session, client_id)
        refuse_double(uow.session, client_id, person["email"], allow_duplicate_email)
        before = before_change(uow.session, client_id)
        contact = Contact(client_id=client_id, role=role, status="active", created_at=NOW, **person)
        derive(contact, client)
        uow.session.add(contact)
        uow.session.flush()
        after_change(uow, contact, before)
        renew_copies(uow.session, client)
        uow.publish(
            ContactAdded(
                client_id=client_id,
                entity=("contact", contact.id),
                facts=facts_of(contact),
                personal=person_of(contact),
            )
        )
        return uow.record_answer(one_contact(uow.session, client_id, contact.id))


def update_contact(
    open_uow: UnitOfWorkOpener, *, client_id: UUID, contact_id: UUID, allow_duplicate_email: bool, **given
) -> dict:
    """Change what is given; answers the contact. What is as it was is not published.

    Raises `invalid-state` where the client would be left without an active owner or its primary contact would be
    disabled, and as `refuse_lockout`; `duplicate` as `add_contact`.
    """
    with open_uow(stream=client_id) as uow:
        client, contact = _client(uow.session, client_id), contact_row(uow.session, client_id, contact_id)
        changes = [
            {"field": name, "old": getattr(contact, name), "new": new}
            for name, new in given.items()
            if new != getattr(contact, name)
        ]
        if changes:
            _require_possible(uow.session, contact, given)
            if rules.email_key(given.get("email", contact.email)) != contact.email_key:
                refuse_lockout(uow, contact)
                refuse_double(uow.session, client_id, given["email"], allow_duplicate_email)
            before = before_change(uow.session, client_id, contact)
            change_contact(uow.session, client, contact, changes)
            after_change(uow, contact, before)
            uow.publish(
                ContactUpdated(
                    client_id=client_id,
                    entity=("contact", contact_id),
                    personal=person_of(contact),
                    changes=changes,
                    facts={**facts_of(contact), "primary": contact.is_primary, "version": client.version},
                )
            )
        uow.session.flush()
        return uow.record_answer(one_contact(uow.session, client_id, contact_id))


def make_primary_contact(open_uow: UnitOfWorkOpener, *, client_id: UUID, contact_id: UUID) -> dict:
    """Make an active contact the primary one, whose names, email and phone are the client's profile; answers it. The
    owners are told.

    Raises `invalid-state` for one that is not active, waits for an owner's confirmation, or is the primary one already.
    """
    with open_uow(stream=client_id) as uow:
        client, contact = _client(uow.session, client_id), contact_row(uow.session, client_id, contact_id)
        if contact.is_primary:
            raise ServiceProblem("invalid-state", f"{_name(contact)} is the primary contact already.")
        if contact.status != "active":
            raise ServiceProblem("invalid-state", f"{_name(contact)} is not active. Enable the contact first.")
        if contact.confirmation_asked_at is not None:
            raise ServiceProblem("invalid-state", f"{_name(contact)} waits for an owner's confirmation.")
        before = uow.session.scalar(select(Contact).where(Contact.client_id == client_id, Contact.is_primary))
        before.is_primary = False
        uow.session.flush()
        contact.is_primary = True
        follow_primary(uow.session, client)
        mail_primary_notice(uow, contact, before)
        old, new = person_of(before), person_of(contact)
        changes = [{"field": name, "old": old[name], "new": new[name]} for name in PERSON if old[name] != new[name]]
        facts = {**facts_of(contact), "previous": str(before.id), "version": client.version}
        uow.publish(
            ContactMadePrimary(
                client_id=client_id, entity=("contact", contact_id), facts=facts, personal=new, changes=changes
            )
        )
        uow.session.flush()
        return uow.record_answer(one_contact(uow.session, client_id, contact_id))


def remove_contact(open_uow: UnitOfWorkOpener, *, client_id: UUID, contact_id: UUID) -> dict:
    """Take a contact away; its row stays for the history that names it. Answers {"removed": id}.

    Raises `invalid-state` for the primary contact and for the last active owner.
    """
    with open_uow(stream=client_id) as uow:
        client, contact = _client(uow.session, client_id), contact_row(uow.session, client_id, contact_id)
        if contact.is_primary:
            raise ServiceProblem(
                "invalid-state", "The primary contact cannot be removed. Make another one primary first."
            )
        _require_owner_left(uow.session, contact)
        end_invitations(uow.session, contact_id)
        end_sessions_of(uow.session, [contact_id], "contact-removed")
        uow.session.execute(update(Contact).where(Contact.id == contact_id).values(removed_at=NOW))
        renew_copies(uow.session, client)
        uow.publish(
            ContactRemoved(
                client_id=client_id,
                entity=("contact", contact_id),
                facts=facts_of(contact),
                personal=person_of(contact),
            )
        )
        return uow.record_answer({"removed": str(contact_id)})


def facts_of(contact: Contact) -> dict:
    """The facts that every event of a contact has."""
    facts = {"role": contact.role, "status": contact.status}
    return facts if contact.confirmation_asked_at is None else {**facts, "waits_for_confirmation": True}


def person_of(contact: Contact) -> dict:
    """Who a contact is: the personal values of its events."""
    return {name: getattr(contact, name) for name in PERSON}


def end_invitations(session: Session, contact_id: UUID) -> None:
    """End the contact's open invitation, if there is one."""
    session.execute(
        update(Invitation)
        .where(Invitation.contact_id == contact_id, Invitation.used_at.is_(None), Invitation.ended_at.is_(None))
        .values(ended_at=NOW)
    )


def derive(contact: Contact, client: Client) -> None:
    """Renew what is made of a contact's email and phone."""
    contact.email_key = rules.email_key(contact.email)
    contact.phone_e164 = rules.phone_e164(contact.phone, client.country)


def follow_primary(session: Session, client: Client) -> None:
    """The client's profile after a change of its primary contact: another version, other folded copies for the list."""
    renew_copies(session, client)
    client.version += 1


def refuse_double(session: Session, client_id: UUID, email: str, allow_elsewhere: bool) -> None:
    """Raise 409 `duplicate` when a contact of the client has this email, or, unless that is allowed, one of another
    client."""
    key = rules.email_key(email)
    found = session.scalar(
        select(Contact).where(Contact.client_id == client_id, Contact.email_key == key, IS_CONTACT).limit(1)
    )
    if found is not None:
        message = f"{_name(found)}, a contact of this client, has this email."
        raise ServiceProblem("duplicate", message, [{"pointer": "/email", "code": "duplicate", "message": message}])
    if not allow_elsewhere:
        refuse_duplicate(session, email)


def refuse_lockout(uow: UnitOfWork, contact: Contact) -> None:
    """Raise `invalid-state` where staff who may not log in as the client would give its last owner who can sign in another
    email: nobody could sign in by the old one, and nobody confirm the new one."""
    may = uow.caller.kind != "staff" or uow.caller.allows(Permission.CLIENTS_IMPERSONATE)
    if may or contact.login_id is None or contact.confirmation_asked_at is not None:
        return
    if _is_last_owner(uow.session, contact):
        raise field_problem(
            "/email",
            f"{_name(contact)} is the last owner who can sign in, so nobody could confirm another email. They change it "
            "themselves in the portal, or staff who may log in as the client do it here.",
            "invalid-state",
        )


def _client(session: Session, client_id: UUID) -> Client:
    client = session.get(Client, client_id)
    if client is None:
        raise not_found()
    return client


def change_contact(
    session: Session, client: Client, contact: Contact, changes: list[dict], *, keeps_login: bool = False
) -> None:
    """Change a contact and all that follows from it: an invitation ends with another email and with disabling, and so
    do the sessions. Whoever got another email by somebody else is invited to it anew, unless the login moves along."""
    email, email_key = contact.email, contact.email_key
    for change in changes:
        setattr(contact, change["field"], change["new"])
    derive(contact, client)
    if any(change["field"] in PERSON for change in changes):
        follow_primary(session, client) if contact.is_primary else renew_copies(session, client)
    if contact.status != "active":
        end_invitations(session, contact.id)
        end_sessions_of(session, [contact.id], "contact-disabled")
    if contact.email_key != email_key and not keeps_login:
        forget_login(session, contact, email)


def forget_login(session: Session, contact: Contact, old_email: str) -> None:
    """After a change of a contact's email by somebody else: nobody signs in by the old one, which gets a notice."""
    end_invitations(session, contact.id)
    if contact.login_id is not None:
        end_sessions_of(session, [contact.id], "email-changed")
        contact.login_id = None
        queue_mail(session, "email_changed", old_email, {"email": contact.email}, client_id=contact.client_id)


def _require_possible(session: Session, contact: Contact, given: dict) -> None:
    role, status = given.get("role", contact.role), given.get("status", contact.status)
    if contact.is_primary and status != "active":
        raise ServiceProblem("invalid-state", "The primary contact stays active. Make another one primary first.")
    if (role, status) != ("owner", "active"):
        _require_owner_left(session, contact)


def _require_owner_left(session: Session, contact: Contact) -> None:
    if _is_last_owner(session, contact):
        which = "the last active owner" if contact.login_id is None else "the last owner who can sign in"
        raise ServiceProblem("invalid-state", f"{_name(contact)} is {which}. Make somebody else an owner first.")


def _is_last_owner(session: Session, contact: Contact) -> bool:
    """Whether `contact` is the only active owner, or the only one who can sign in; one who waits for confirmation is none
    yet."""
    if (contact.role, contact.status) != ("owner", "active"):
        return False
    others = (
        select(Contact.id)
        .where(
            Contact.client_id == contact.client_id,
            Contact.id != contact.id,
            IS_CONTACT,
            Contact.role == "owner",
            Contact.status == "active",
            Contact.confirmation_asked_at.is_(None),
            *([Contact.login_id.is_not(None)] if contact.login_id else []),
        )
        .limit(1)
    )
    return session.scalar(others) is None


def _name(contact: Contact) -> str:
    return f"{contact.first_name} {contact.last_name}"
