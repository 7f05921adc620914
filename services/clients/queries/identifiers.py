"""Identifiers that people have to look at: emails that were understood otherwise once, and names that cannot be told
apart."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.types.domain_names import DomainNameError, to_ascii
from chassis.types.text import fold, is_blank, is_identifier
from services.clients import rules
from services.clients.models import Client, ClientGroup, Contact, CustomField, Login, StaffAccount, Tag
from services.clients.queries.contacts import IS_CONTACT

AT_ONCE = 1000


def findings(session: Session) -> Iterator[str]:
    """One line for each thing to look at: what it is, its id, and what is the matter."""
    yield from _emails(session, "contact", select(Contact.id, Contact.email).where(IS_CONTACT))
    yield from _emails(session, "login", select(Login.id, Login.email))
    yield from _external_ids(session)
    yield from _colliding_logins(session)
    yield from _foreign_logins(session)
    yield from _invisible_people(session)
    for what, column in (("group", ClientGroup.name), ("tag", Tag.name), ("custom field", CustomField.label)):
        yield from _alike(session, what, column)


def _emails(session: Session, what: str, statement) -> Iterator[str]:
    for id, email in session.execute(statement.order_by("id").execution_options(yield_per=AT_ONCE)):
        if not rules.is_email(email):
            yield f"{what} {id}: {email!a} is no email that mail can be sent to"
        elif (once := _mapped_by_idna_2003(email)) is not None:
            yield f"{what} {id}: mail for {email} went to {once} before, which may be somebody else's"
        elif (plain := rules.plain_email(email)) != email:
            yield f"{what} {id}: {email} looks like {plain}, which may be somebody else's"


def _external_ids(session: Session) -> Iterator[str]:
    for id, external_id in session.execute(
        select(Client.id, Client.external_id).where(Client.external_id.is_not(None))
    ):
        if not is_identifier(external_id):
            yield f"client {id}: the external id {external_id!a} has what cannot be seen"


def _mapped_by_idna_2003(email: str) -> str | None:
    """Where mail for `email` went while its domain was mapped by IDNA 2003, if that was elsewhere."""
    local, _, domain = email.strip().rpartition("@")
    try:
        once = domain.encode("idna").decode("ascii").lower()
        return f"{local}@{once}" if once != to_ascii(domain) else None
    except (UnicodeError, DomainNameError):
        return None


def _colliding_logins(session: Session) -> Iterator[str]:
    for login in session.scalars(select(Login).order_by(Login.id).execution_options(yield_per=AT_ONCE)):
        if login.email_key != (key := rules.email_key(login.email)):
            yield f"login {login.id}: {login.email} signs in as {login.email_key}, because another login is {key}"


def _foreign_logins(session: Session) -> Iterator[str]:
    mixed = (
        select(Contact.id, Contact.email, Login.email.label("login"))
        .join(Login, Login.id == Contact.login_id)
        .where(IS_CONTACT, Contact.email_key != Login.email_key)
        .order_by(Contact.id)
    )
    for id, email, login in session.execute(mixed):
        yield f"contact {id}: {email} is entered by the login of {login}, another address"


def _invisible_people(session: Session) -> Iterator[str]:
    contacts = select(Contact.id, Contact.first_name, Contact.last_name).where(IS_CONTACT).order_by(Contact.id)
    for id, first, last in session.execute(contacts.execution_options(yield_per=AT_ONCE)):
        if is_blank(first) or is_blank(last):
            yield f"contact {id}: nothing of a name can be seen"
    for id, company in session.execute(select(Client.id, Client.company).where(Client.company != "")):
        if is_blank(company):
            yield f"client {id}: nothing of the company can be seen"
    for id, name in session.execute(select(StaffAccount.id, StaffAccount.name)):
        if is_blank(name):
            yield f"staff {id}: nothing of the name can be seen"


def _alike(session: Session, what: str, column) -> Iterator[str]:
    same = defaultdict(list)
    for id, name in session.execute(select(column.class_.id, column).order_by(column.class_.id)):
        same[fold(name)].append(str(id))
    for name, ids in same.items():
        if not name or len(ids) > 1:
            yield f"{what} {', '.join(ids)}: {'nothing of the name can be seen' if not name else 'the names look alike'}"
