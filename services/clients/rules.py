"""Rules of the clients service, pure functions: names as they are searched and sorted, emails, phones, roles."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from chassis.permissions import Permission, Portal
from chassis.types.domain_names import DomainNameError, to_ascii
from chassis.types.text import fold, is_blank, is_identifier, plain

CLIENT_STATUSES = ("active", "suspended", "inactive")
CONTACT_ROLES = ("owner", "admin", "billing", "technical")
CONTACT_STATUSES = ("active", "invited", "inactive")
STAFF_STATUSES = ("active", "invited", "disabled")
STAFF_ROLES = ("super_admin", "admin", "support", "billing")
FIELD_TYPES = ("text", "textarea", "select", "checkbox", "date")
VISIBILITIES = ("staff_only", "client_view", "client_edit")

SORT_NAME_LENGTH = 200
TOKEN_DAYS = 365
PASSWORD_LENGTH = (8, 128)
LONGEST_TOKEN_DAYS = 365


LISTS = {
    "clients": Permission.CLIENTS_VIEW,
    "orders": Permission.ORDERS_VIEW,
    "invoices": Permission.INVOICES_VIEW,
    "payments": Permission.INVOICES_VIEW,
    "services": Permission.SERVICES_VIEW,
    "domains": Permission.DOMAINS_VIEW,
    "tickets": Permission.TICKETS_VIEW,
}
"""The lists that have saved views, each with the permission to view it. All but the first are those of other services
over all clients, who alone know their filters and orders."""


class ClientSort(StrEnum):
    """What a list of any length can be sorted by, each on an index; a minus turns it round.

    Clients that never signed in, and those of whom nothing is due, come last both ways. Amounts are in the order of
    their currencies first, and nothing comes before all of them.
    """

    NAME = "name"
    NAME_DOWN = "-name"
    JOINED = "joined"
    JOINED_DOWN = "-joined"
    LAST_LOGIN = "last_login"
    LAST_LOGIN_DOWN = "-last_login"
    SERVICES = "services"
    SERVICES_DOWN = "-services"
    OUTSTANDING = "outstanding"
    OUTSTANDING_DOWN = "-outstanding"
    OVERDUE = "overdue"
    OVERDUE_DOWN = "-overdue"
    CREDIT_BALANCE = "credit_balance"
    CREDIT_BALANCE_DOWN = "-credit_balance"
    NEXT_DUE = "next_due"
    NEXT_DUE_DOWN = "-next_due"


BULK_DAYS = 30
"""How long a bulk job can be undone after its start."""


def bulk_job_number(number: int) -> str:
    """A bulk job's number as people read it: JOB-00042."""
    return f"JOB-{number:05d}"


_VIEWS = {
    Permission.CLIENTS_VIEW,
    Permission.CREDITS_VIEW,
    Permission.DOMAINS_VIEW,
    Permission.INVOICES_VIEW,
    Permission.NOTES_CREATE,
    Permission.NOTES_VIEW,
    Permission.ORDERS_VIEW,
    Permission.SERVICES_VIEW,
    Permission.SETTINGS_VIEW,
    Permission.TICKETS_VIEW,
}
_BILLING = {
    Permission.CLIENTS_BULK,
    Permission.CLIENTS_CREATE,
    Permission.CLIENTS_EDIT,
    Permission.CLIENTS_EXPORT,
    Permission.CREDITS_ADD,
    Permission.INVOICES_CREATE,
    Permission.INVOICES_EDIT,
    Permission.ORDERS_MANAGE,
}
_SUPPORT = {Permission.TICKETS_MANAGE, Permission.TICKETS_REPLY}
_ADMIN = {
    Permission.ACTIVITY_EXPORT,
    Permission.ACTIVITY_VIEW,
    Permission.CLIENTS_IMPERSONATE,
    Permission.DOMAINS_MANAGE,
    Permission.SERVICES_MANAGE,
    Permission.SERVICES_PROVISION,
    Permission.SYSTEM_MANAGE,
    Permission.SYSTEM_VIEW,
    Permission.VIEWS_SHARE,
    Permission.WEBHOOKS_MANAGE,
    Permission.WEBHOOKS_VIEW,
}
PRESETS = {"support": _VIEWS | _SUPPORT, "billing": _VIEWS | _BILLING, "admin": _VIEWS | _SUPPORT | _BILLING | _ADMIN}

_MONEY = {Portal.INVOICES_PAY, Portal.INVOICES_VIEW, Portal.PERSON_EDIT}
_TECHNICAL = {
    Portal.DOMAINS_MANAGE,
    Portal.DOMAINS_VIEW,
    Portal.PERSON_EDIT,
    Portal.SERVICES_VIEW,
    Portal.TICKETS_REPLY,
    Portal.TICKETS_VIEW,
}
_OWN = {Portal.ACCOUNT, Portal.HOME}
PORTAL_PRESETS = {
    "owner": frozenset(Portal),
    "admin": frozenset(Portal),
    "billing": frozenset(_OWN | _MONEY),
    "technical": frozenset(_OWN | _TECHNICAL),
}

NOT_AS_CLIENT = {
    "admin": "a page of the admin",
    str(Portal.ACCOUNT): "changing the password, email or second factor",
    str(Portal.CONTACTS_MANAGE): "changing contacts or roles",
    str(Portal.INVOICES_PAY): "paying",
}
"""What a staff member who is logged in as a client was refused, in the log's words."""


def shown_name(company: str, first_name: str, last_name: str) -> str:
    """The name that screens show: the company's if there is one, else the person's."""
    return f"{first_name} {last_name}".strip() if is_blank(company) else company


def sort_name(company: str, first_name: str, last_name: str) -> str:
    """What `clients.sort_name` holds: the folded name shown, short enough for an index."""
    return fold(shown_name(company, first_name, last_name))[:SORT_NAME_LENGTH]


_LOCAL = re.compile(r"""[^\s@<>()\[\]\\,;:"]+""")


def is_email(email: str) -> bool:
    """Whether `email` has the form name@domain with a domain that can exist; nothing is asked of the network."""
    local, _, domain = email.strip().rpartition("@")
    try:
        whole = f"{local}@{to_ascii(domain)}"
    except DomainNameError:
        return False
    named = _LOCAL.fullmatch(local) and len(local) <= 64 and is_identifier(local)
    return bool(named) and len(whole) <= 254 and not domain.endswith(".")


def email_fault(email: str) -> str | None:
    """A sentence when nobody may newly have `email`: it is none, or people may take it for another; else None."""
    if not is_email(email):
        return "Not an email address."
    if plain_email(email) != email:
        return f"Use plain characters before the @, as in {plain_email(email)}."
    return None


def plain_email(email: str) -> str:
    """The email that `email` may be taken for: its name in plain characters; `email` itself where it has no others."""
    local, at, domain = email.rpartition("@")
    composed = unicodedata.normalize("NFC", local)
    return email if plain(local) == composed else f"{plain(local)}{at}{domain}"


def email_key(email: str) -> str:
    """What makes two emails the same: in small letters, the domain in its ASCII form. Of what is no email it is the key
    of no email."""
    local, _, domain = email.strip().rpartition("@")
    return f"{unicodedata.normalize('NFC', local.lower())}@{_domain_key(domain)}"


def _domain_key(domain: str) -> str:
    try:
        return to_ascii(domain)
    except DomainNameError:
        return domain.lower()


@lru_cache(1024)  # a row that is imported asks three times
def phone_e164(phone: str, country: str) -> str | None:
    """The E.164 form of `phone` as dialled in `country` (ISO alpha-2 or ""), or None where the library knows none."""
    try:
        number = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def staff_permissions(role: str, changes: dict[str, bool]) -> list[str]:
    """The slugs a staff account holds: its role's preset with single ones added or taken; `["*"]` for super_admin."""
    if role == "super_admin":
        return ["*"]
    held = {str(permission) for permission in PRESETS[role]}
    held |= {slug for slug, given in changes.items() if given}
    return sorted(held - {slug for slug, given in changes.items() if not given})


def portal_permissions(role: str, client_status: str) -> list[str]:
    """What a contact of this role may do in the portal; of a client that is not active its first page and the contact's
    account."""
    held = PORTAL_PRESETS[role] if client_status == "active" else _OWN
    return sorted(map(str, held))


def needs_second_factor(role: str, asked_of_account: bool, roles: Iterable[str]) -> bool:
    """Whether a staff account needs a second factor: by itself, or by its role where `roles` has it."""
    return asked_of_account or role in roles


def staff_changes(role: str, wanted: dict[str, bool]) -> dict[str, bool]:
    """What of `wanted` differs from the role's preset, so that a single permission is stored only where it
    changes something."""
    preset = PRESETS.get(role, frozenset(Permission))
    return {slug: given for slug, given in sorted(wanted.items()) if given is not (Permission(slug) in preset)}


def within(held: list[str], scope: list[str] | None) -> list[str]:
    """What is left of `held` for a token that may do `scope` at most; without a scope it may do all of it."""
    if scope is None:
        return held
    return sorted(slug for slug in scope if holds_all(held, [slug]))


def holds_all(held: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether who holds `held` may do all of `wanted`; `*` is everything."""
    held = set(held)
    return "*" in held or set(wanted) <= held


def password_fault(password: str) -> str | None:
    """A sentence when `password` cannot be used, else None. Nothing is cut off or changed."""
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(password) <= longest:
        return f"A password has {shortest} to {longest} characters."
    return None


def sha256_hex(secret: str) -> str:
    """How opaque secrets (tokens, one-time codes) are kept: they have 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
