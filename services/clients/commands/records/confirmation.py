"""Confirmation of contacts: staff who make an owner or admin, or give one another email, cannot act as the client by it.

Such a contact waits until an owner of the client has confirmed it, where the client has one who can sign in or waits
too; the owners are told by mail of whatever staff do to a contact's email or role, of one enabled again, and of another
primary contact. Where no owner is left who could, staff who may log in as the client may confirm it in their own name.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.mail.queue import queue_mail
from services.clients.events import ContactUpdated
from services.clients.models import Client, Contact
from services.clients.profile_fields import PERSON
from services.clients.queries.contacts import IS_CONTACT, contact_row, one_contact
from services.clients.queries.mail import owners

FOR_THE_CLIENT = ("owner", "admin")
WAITS = "Nobody can sign in as this contact until an owner of your account confirms it."


@dataclass(frozen=True)
class Before:
    """What a contact was before a change by staff; an added one was nothing. `asks`: the client has an owner to ask."""

    asks: bool
    email: str | None = None
    role: str | None = None
    status: str | None = None
    had_login: bool = False


def before_change(session: Session, client_id: UUID, contact: Contact | None = None) -> Before:
    """What has to be known of a contact, which may be to be added, before it is changed."""
    asked = (Contact.login_id.is_not(None), Contact.confirmation_asked_at.is_not(None))
    owner = (Contact.client_id == client_id, IS_CONTACT, Contact.role == "owner", Contact.status == "active")
    asks = session.scalar(select(Contact.id).where(*owner, or_(*asked)).limit(1)) is not None
    if contact is None:
        return Before(asks)
    return Before(asks, contact.email, contact.role, contact.status, contact.login_id is not None)


def after_change(uow: UnitOfWork, contact: Contact, before: Before) -> None:
    """Note what staff did to a contact, tell the owners, and have it wait for their confirmation where that is asked
    for; a contact who may do less than an owner or admin waits for nothing."""
    if contact.role not in FOR_THE_CLIENT:
        contact.confirmation_asked_at = None
    kind = _kind_of(contact, before)
    if uow.caller.kind != "staff" or kind is None:
        return
    contact.staff_change, contact.staff_change_by = ("added" if before.email is None else "changed"), uow.caller.name
    contact.staff_change_at = datetime.now(UTC)
    if contact.role in FOR_THE_CLIENT and before.asks and kind != "contact_enabled":
        contact.confirmation_asked_at = contact.staff_change_at
    _mail_notices(uow.session, contact, kind, before)


def mail_primary_notice(uow: UnitOfWork, contact: Contact, old: Contact) -> None:
    """Tell the owners, and the address that was the client's, that staff made `contact` the primary one after `old`."""
    if uow.caller.kind != "staff":
        return
    recipients = {one.email_key: one.email for one in owners(uow.session, contact.client_id)}
    for email in {old.email_key: old.email, **recipients}.values():
        data = {"email": contact.email, "role": contact.role}
        queue_mail(uow.session, "primary_contact_changed", email, data, client_id=contact.client_id)


def confirm_contact(
    open_uow: UnitOfWorkOpener, *, client_id: UUID, contact_id: UUID, owner_id: UUID | None = None
) -> dict:
    """Let a contact that waits sign in, by the owner `owner_id` or in the name of staff; answers it.

    Raises `forbidden` for a contact who is no owner, `invalid-state` for one that does not wait.
    """
    with open_uow(stream=client_id) as uow:
        contact = contact_row(uow.session, client_id, contact_id)
        if owner_id is not None and contact_row(uow.session, client_id, owner_id).role != "owner":
            raise ServiceProblem("forbidden", "Only an owner of this account can confirm a contact.")
        if contact.confirmation_asked_at is None:
            raise ServiceProblem("invalid-state", "This contact does not wait for a confirmation.")
        contact.confirmation_asked_at = None
        version = uow.session.scalar(select(Client.version).where(Client.id == client_id))
        uow.publish(
            ContactUpdated(
                client_id=client_id,
                entity=("contact", contact_id),
                personal={name: getattr(contact, name) for name in PERSON},
                facts={
                    "role": contact.role,
                    "status": contact.status,
                    "primary": contact.is_primary,
                    "version": version,
                },
                changes=[{"field": "confirmation", "old": "asked", "new": "confirmed"}],
            )
        )
        uow.session.flush()
        return uow.record_answer(one_contact(uow.session, client_id, contact_id))


def _kind_of(contact: Contact, before: Before) -> str | None:
    """The mail that tells of the change; None for one that nobody has to know of."""
    if before.email is None:
        return "contact_added"
    if rules.email_key(before.email) != contact.email_key:
        return "contact_email_changed"
    if contact.role != before.role:
        return "contact_promoted" if contact.role in FOR_THE_CLIENT else "contact_role_changed"
    return "contact_enabled" if contact.status == "active" != before.status else None


def _mail_notices(session: Session, contact: Contact, kind: str, before: Before) -> None:
    waits = f"\n\n{WAITS}" if contact.confirmation_asked_at is not None else ""
    data = {"email": contact.email, "role": contact.role, "waits": waits}
    recipients = [owner.email for owner in owners(session, contact.client_id, but=contact.id)]
    if kind == "contact_role_changed" and before.role == "owner":
        recipients.append(contact.email)
    for email in recipients:
        queue_mail(session, kind, email, data, client_id=contact.client_id)
    if kind == "contact_email_changed" and not before.had_login:
        queue_mail(session, "email_changed", before.email, {"email": contact.email}, client_id=contact.client_id)
