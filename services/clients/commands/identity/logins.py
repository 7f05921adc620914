"""Login of contacts: one for each email, whichever clients its contacts belong to."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients import rules
from services.clients.models import Contact, Login
from services.clients.queries.portal import MAY_SIGN_IN


def login_for(session: Session, email: str) -> UUID:
    """The id of the contacts' login with this email, made without a password where there is none. The caller
    commits."""
    key = rules.email_key(email)
    session.execute(
        upsert(Login)
        .values(id=new_id(), kind="contact", email=email, email_key=key)
        .on_conflict_do_nothing(index_elements=["kind", "email_key"])
    )
    return session.scalar(select(Login.id).where(Login.kind == "contact", Login.email_key == key))


def open_login(session: Session, email: str) -> UUID:
    """The login behind all active contacts with this email, as a development system's links need it; commits.

    Raises `not-found` with a sentence when no active contact has the email.
    """
    mine = (Contact.email_key == rules.email_key(email), MAY_SIGN_IN)
    if session.scalar(select(Contact.id).where(*mine).limit(1)) is None:
        raise ServiceProblem("not-found", f"No active contact has the email {email}.")
    login_id = login_for(session, email)
    session.execute(update(Contact).where(*mine, Contact.login_id.is_(None)).values(login_id=login_id))
    session.commit()
    return login_id
