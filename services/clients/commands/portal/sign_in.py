"""Sign-in to the portal by email and password, and by the second factor where the login has one."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients import passwords, rules
from services.clients.commands.identity.attempts import (
    count_attempt,
    count_code,
    forget_attempt,
    forget_buckets,
    was_here,
)
from services.clients.commands.identity.login_streams import first_stream, publish_for_contacts
from services.clients.commands.identity.pending_sign_ins import (
    OVER,
    begin_pending_sign_in,
    count_try,
    end_pending_sign_in,
    is_pending,
    require_pending,
)
from services.clients.commands.identity.second_factor import WRONG, use_code
from services.clients.commands.portal.sessions import REFUSED, start
from services.clients.events import ContactSignInFailed
from services.clients.models import Contact, Login, PendingSignIn, PortalSession, SecondFactor
from services.clients.queries import portal
from services.clients.queries.contacts import IS_CONTACT


def sign_in_portal(
    open_uow: UnitOfWorkOpener, *, email: str, password: str, user_agent: str | None, replaces: str | None = None
) -> dict:
    """Check email and password. Starts a session as `sessions.start`; for a login with a second factor only a pending
    sign-in: `{"step"}`, good for `finish_portal_sign_in` alone.

    Raises `unauthenticated`, the same for an unknown email, a wrong password and somebody who may not enter, or
    `too-many-requests` with `retry_after` seconds.
    """
    session, key = open_uow.session, rules.email_key(email)
    found = session.execute(
        select(Login.id, Login.password_hash, SecondFactor.secret)
        .outerjoin(SecondFactor, SecondFactor.owner_id == Login.id)
        .where(Login.kind == "contact", Login.email_key == key)
    ).one_or_none()
    buckets = count_sign_in(session, open_uow.caller, key, found and found.id)
    good = passwords.matches(password, found and found.password_hash)
    if good and portal.contacts_of_login(session, found.id):
        if found.secret is None:
            how = {"method": "password", "user_agent": user_agent, "replaces": replaces}
            return start(open_uow, login_id=found.id, buckets=buckets, **how)
        forget_attempt(session, buckets)
        step = begin_pending_sign_in(session, found.id)
        session.commit()
        return {"step": step}
    reason = "no-access" if good else "wrong-password"
    record_failed_sign_in(open_uow, email=email, reason=reason, user_agent=user_agent)
    raise ServiceProblem("unauthenticated", REFUSED)


def pending_portal_sign_in(session: Session, *, step: str) -> dict:
    """Whether a sign-in still waits for its code: `{"waits": true}`; `unauthenticated` when it is over."""
    waits = (
        select(Login.id)
        .join(PendingSignIn, PendingSignIn.owner_id == Login.id)
        .where(Login.kind == "contact", *is_pending(step))
    )
    if session.scalar(waits) is None:
        raise ServiceProblem("unauthenticated", OVER)
    return {"waits": True}


def finish_portal_sign_in(
    open_uow: UnitOfWorkOpener, *, step: str, code: str, user_agent: str | None, replaces: str | None = None
) -> dict:
    """Check the code and start the session, as `sessions.start`.

    Raises 422 `/code` for a wrong code, which is in the log, `unauthenticated` when the pending sign-in is over,
    `too-many-requests`.
    """
    session, caller = open_uow.session, open_uow.caller
    pending_portal_sign_in(session, step=step)
    login_id, _secret = count_try(session, step)
    buckets = count_code(session, login_id, caller.ip, was_here(session, PortalSession.login_id, login_id, caller.ip))
    require_pending(session, step)
    proved = use_code(session, login_id, code)
    if proved is None:
        session.rollback()
        email = session.get(Login, login_id).email
        record_failed_sign_in(open_uow, email=email, reason="wrong-code", user_agent=user_agent)
        raise field_problem("/code", WRONG)
    end_pending_sign_in(session, step)
    forget_buckets(session, buckets)
    session.commit()
    how = {"method": f"password, {proved}", "user_agent": user_agent, "replaces": replaces}
    return start(open_uow, login_id=login_id, **how)


def count_sign_in(session: Session, caller: Caller, email_key: str, login_id: UUID | None) -> dict[str, str]:
    """Count an attempt at the password of a contacts' login, as `count_attempt`."""
    known = login_id is not None and was_here(session, PortalSession.login_id, login_id, caller.ip)
    return count_attempt(session, f"portal {email_key}", caller.ip, known)


def record_failed_sign_in(open_uow: UnitOfWorkOpener, *, email: str, reason: str, user_agent: str | None) -> None:
    """Publish that a sign-in failed: in the stream of each client that has a contact with this email, else in `system`."""
    session = open_uow.session
    contacts = session.scalars(select(Contact).where(Contact.email_key == rules.email_key(email), IS_CONTACT)).all()
    personal = {"email": email, "user_agent": (user_agent or "")[:300]}
    with open_uow(stream=first_stream(contacts)) as uow:
        publish_for_contacts(
            uow,
            contacts,
            lambda contact: ContactSignInFailed(
                client_id=contact.client_id, entity=("contact", contact.id), facts={"reason": reason}, personal=personal
            ),
        )
        if not contacts:
            uow.publish(
                ContactSignInFailed(entity=("contact", None), facts={"reason": "unknown-email"}, personal=personal)
            )
