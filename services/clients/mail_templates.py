"""Mail templates: plain text about what happened and where to go on. No I/O."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from chassis.types.domain_names import DomainNameError, to_ascii

SENDER = "Commerce"
FOOT = "\n-- \nCommerce, {origin}\n"

CONTACTS = "Your contacts, and what waits for you:\n\n{origin}/client/contacts\n\nIf you did not expect this, tell us at once.\n"

# What each kind is made of: its subject, its text, and in both the values of the row's `data`.
WORDS = {
    "invitation": (
        "Your invitation to the client portal",
        (
            "Hello,\n\nyou are invited to our client portal. Begin here:\n\n"
            "{origin}/client/invitation/{code}\n\nThe link works once, for 7 days. If you did not expect it, do nothing.\n"
        ),
    ),
    "password": (
        "Set a new password",
        (
            "Hello {name},\n\nsomebody asked for a new password for your account. Set one here:\n\n"
            "{origin}/client/password/{code}\n\nThe link works once, for 15 minutes. If it was not you, do nothing: your password "
            "stays as it is.\n"
        ),
    ),
    "email_confirm": (
        "Confirm your email",
        (
            "Hello,\n\nsomebody wants to sign in to the client portal by this address. Confirm it here:\n\n"
            "{origin}/client/email/{code}\n\nThe link works once, for 24 hours. If it was not you, do nothing.\n"
        ),
    ),
    "email_changed": (
        "Your email was changed",
        (
            "Hello,\n\nthe email of your account is now {email}. This address no longer signs in, and whatever was signed in has "
            "ended.\n\nIf you did not expect this, tell us at once.\n"
        ),
    ),
    "contact_added": (
        "A contact was added to your account",
        "Hello,\n\nour staff added a contact to your account: {email}, with the role {role}.{waits}\n\n" + CONTACTS,
    ),
    "contact_email_changed": (
        "The email of a contact was changed",
        "Hello,\n\nour staff changed the email of a contact of your account: it is now {email}, with the role {role}."
        "{waits}\n\n" + CONTACTS,
    ),
    "contact_promoted": (
        "The role of a contact was changed",
        "Hello,\n\nour staff gave a contact of your account more rights: {email} has the role {role}.{waits}\n\n"
        + CONTACTS,
    ),
    "contact_role_changed": (
        "The role of a contact was changed",
        "Hello,\n\nour staff changed the role of a contact of your account: {email} has the role {role}.{waits}\n\n"
        + CONTACTS,
    ),
    "contact_enabled": (
        "A contact of your account was enabled again",
        "Hello,\n\nour staff enabled a contact of your account again: {email}, with the role {role}.{waits}\n\n"
        + CONTACTS,
    ),
    "primary_contact_changed": (
        "The primary contact of your account was changed",
        "Hello,\n\nour staff made another contact the primary one of your account: {email}, with the role {role}. This is "
        "the address of your account from now on.\n\n" + CONTACTS,
    ),
    "invoice": (
        "Invoice {number}",
        (
            "Hello {name},\n\nthe invoice {number} of {client} is here: {total}, due on {due_date}.\n\n"
            "{origin}/client/invoices/{invoice_id}\n"
        ),
    ),
    "invoice_unnamed": (
        "Invoice {number}",
        (
            "Hello,\n\nthe invoice {number} is here: {total}, due on {due_date}.\n\n"
            "{origin}/client/invoices/{invoice_id}\n"
        ),
    ),
    "webhook_disabled": (
        "A webhook was disabled",
        (
            "Hello,\n\nthe webhook to {host} was disabled: {why}. What it would be sent waits for 30 days: once it is mended, "
            "enable it under Settings, Webhooks.\n"
        ),
    ),
}


def compose(kind: str, data: dict, *, mail_id, at: datetime, recipient: str, sender: str, origin: str) -> EmailMessage:
    """The message of one row. Its Message-ID comes of the row's id, so that one which is sent twice is known as the
    same.

    Raises ValueError for a recipient or a value that would be a header of its own.
    """
    subject, text = WORDS[kind]
    values = {**data, "origin": origin}
    message = EmailMessage()
    message["From"] = Address(SENDER, addr_spec=sender)
    message["To"] = _address(recipient)
    message["Subject"] = subject.format(**values)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.format(**values) + FOOT.format(**values))
    return message


def _address(email: str) -> Address:
    """An email as a header's address, the domain in its ASCII form."""
    local, _, domain = email.rpartition("@")
    try:
        return Address(username=local, domain=to_ascii(domain))
    except DomainNameError as error:
        raise ValueError("not an address that a mail can be sent to") from error
