"""Invitation to the portal: a link that is mailed, shown once, and kept as a hash.

The idempotency key is claimed without an answer, so that no link lies in a table; a repeat of the request is refused
and has to invite again, which ends the link that may have been lost.
"""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.errors import ServiceProblem
from chassis.events.event import rfc3339
from chassis.events.unit_of_work import AnsweredBefore, UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.mail.queue import queue_mail, require_few_invitations, require_few_mails
from services.clients.commands.records.contacts import end_invitations, facts_of, person_of
from services.clients.events import ContactInvited
from services.clients.models import Contact, Invitation
from services.clients.queries.contacts import contact_row

LIFETIME = timedelta(days=7)


def invite_contact(open_uow: UnitOfWorkOpener, *, client_id: UUID, contact_id: UUID) -> dict:
    """Invite an active contact that cannot sign in yet, by mail: {"code", "expires_at"}, the code shown this once.

    An older invitation ends. Raises `invalid-state` for a contact that is not active, can sign in already or waits for
    an owner's confirmation, and for a request that was answered before; `too-many-requests` for a recipient of several
    invitations, and for a contact of a client that has had many mails.
    """
    code, expires_at = secrets.token_urlsafe(32), datetime.now(UTC) + LIFETIME
    try:
        with open_uow(stream=client_id) as uow:
            contact = contact_row(uow.session, client_id, contact_id)
            _require_invitable(contact)
            end_invitations(uow.session, contact_id)
            uow.session.add(Invitation(code_hash=rules.sha256_hex(code), contact_id=contact_id, expires_at=expires_at))
            require_few_mails(uow, contact.email)
            require_few_invitations(uow.session, contact.email)
            queue_mail(
                uow.session,
                "invitation",
                contact.email,
                client_id=client_id,
                expires_at=expires_at,
                data={"code": code},
            )
            uow.publish(
                ContactInvited(
                    client_id=client_id,
                    entity=("contact", contact_id),
                    personal=person_of(contact),
                    facts={**facts_of(contact), "expires_at": rfc3339(expires_at)},
                )
            )
    except AnsweredBefore as before:
        raise ServiceProblem("invalid-state", "This link was shown before. Invite again for a new one.") from before
    return {"code": code, "expires_at": rfc3339(expires_at)}


def _require_invitable(contact: Contact) -> None:
    if contact.status == "inactive":
        raise ServiceProblem("invalid-state", "This contact is not active. Enable the contact first.")
    if contact.login_id is not None:
        raise ServiceProblem("invalid-state", "This contact can sign in already.")
    if contact.confirmation_asked_at is not None:
        raise ServiceProblem("invalid-state", "This contact waits for an owner's confirmation.")
