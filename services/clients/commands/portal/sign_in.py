"""Signing in to the portal by email and password, and by the second factor where the login has one."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem
from services.clients import passwords, rules
from services.clients.commands.identity.attempts import (
    count_attempt,
    count_code,
    forget_attempt,
    forget_buckets,
    was_here,
)
from services.clients.commands.identity.login_streams import first_stream, say_of
from services.clients.commands.identity.pending_sign_ins import (
    OVER,
    begin_step,
    count_try,
    end_step,
    is_alive,
    require_alive,
)
from services.clients.commands.identity.second_factor import WRONG, use_code
from services.clients.commands.portal.sessions import REFUSED, start
from services.clients.events import ContactSignInFailed
from services.clients.models import Contact, Login, PortalSession, SecondFactor, SignInStep
from services.clients.queries import portal
from services.clients.queries.belongings import IS_CONTACT


def sign_in_portal(
    session: Session, write: Callable, caller: Caller, *, email: str, password: str, user_agent: str | None
) -> dict:
    """Check email and password. Starts a session as `portal_sessions.start`; for a login with a second factor only half
    of one: `{"step"}`, good for `finish_portal_sign_in` alone.

    Raises `unauthenticated`, the same for an unknown email, a wrong password and somebody who may not enter, or
    `too-many-requests` with `retry_after` seconds.
    """
    key = rules.email_key(email)
    found = session.execute(
        select(Login.id, Login.password_hash, SecondFactor.secret)
        .outerjoin(SecondFactor, SecondFactor.owner_id == Login.id)
        .where(Login.kind == "contact", Login.email_key == key)
    ).one_or_none()
    buckets = count_sign_in(session, caller, key, found and found.id)
    good = passwords.matches(password, found and found.password_hash)
    if good and portal.contacts_of_login(session, found.id):
        if found.secret is None:
            return start(
                session,
                write,
                caller,
                login_id=found.id,
                method="password",
                user_agent=user_agent or "",
                buckets=buckets,
            )
        forget_attempt(session, buckets)
        step = begin_step(session, found.id)
        session.commit()
        return {"step": step}
    say_failed(session, write, caller, email, "no-access" if good else "wrong-password", user_agent)
    raise ServiceProblem("unauthenticated", REFUSED)


def look_at_portal_step(session: Session, *, step: str) -> dict:
    """Whether the step still waits for its code: `{"waits": true}`; `unauthenticated` when it is over."""
    waits = (
        select(Login.id)
        .join(SignInStep, SignInStep.owner_id == Login.id)
        .where(Login.kind == "contact", *is_alive(step))
    )
    if session.scalar(waits) is None:
        raise ServiceProblem("unauthenticated", OVER)
    return {"waits": True}


def finish_portal_sign_in(
    session: Session, write: Callable, caller: Caller, *, step: str, code: str, user_agent: str | None
) -> dict:
    """Check the code and start the session, as `portal_sessions.start`.

    Raises 422 `/code` for a wrong code, which is in the log, `unauthenticated` when the step is over,
    `too-many-requests`.
    """
    look_at_portal_step(session, step=step)
    login_id, _secret = count_try(session, step)
    buckets = count_code(session, login_id, caller.ip, was_here(session, PortalSession.login_id, login_id, caller.ip))
    require_alive(session, step)
    proved = use_code(session, login_id, code)
    if proved is None:
        session.rollback()
        say_failed(session, write, caller, session.get(Login, login_id).email, "wrong-code", user_agent)
        raise field_problem("/code", WRONG)
    end_step(session, step)
    forget_buckets(session, buckets)
    session.commit()
    return start(session, write, caller, login_id=login_id, method=f"password, {proved}", user_agent=user_agent or "")


def count_sign_in(session: Session, caller: Caller, email_key: str, login_id: UUID | None) -> dict[str, str]:
    """Count an attempt at the password of a contacts' login, as `count_attempt`."""
    known = login_id is not None and was_here(session, PortalSession.login_id, login_id, caller.ip)
    return count_attempt(session, f"portal {email_key}", caller.ip, known)


def say_failed(
    session: Session, write: Callable, caller: Caller, email: str, reason: str, user_agent: str | None
) -> None:
    """Say that a sign-in failed: to each client that has a contact with this email, else in the `system` stream."""
    contacts = session.scalars(select(Contact).where(Contact.email_key == rules.email_key(email), IS_CONTACT)).all()
    personal = {"email": email, "user_agent": (user_agent or "")[:300]}
    with write(stream=first_stream(contacts), caller=caller) as uow:
        say_of(
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
