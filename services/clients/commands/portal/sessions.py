"""Session of the portal: somebody signs in by email, then is in the portal of one client at a time.

`contact.signed_in` is published once a client is entered, in that client's stream; it moves Last login.
"""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from chassis.context import Caller
from chassis.errors import ServiceProblem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.clients import rules
from services.clients.commands.identity.attempts import forget_attempt
from services.clients.commands.identity.current_login import check_current_password, current_login
from services.clients.commands.identity.login_streams import contacts_behind, first_stream
from services.clients.commands.identity.revoke_contact_access import end_portal_sessions, end_sessions
from services.clients.events import ContactSignedIn, ContactSignedOut
from services.clients.models import Client, Contact, LoginLink, PortalSession
from services.clients.queries import portal
from services.clients.queries.contacts import contact_row

LONGEST = timedelta(hours=12)
MARKED_FOR = timedelta(days=30)
REFUSED = "Email or password is wrong."


def sign_in_portal_once(
    open_uow: UnitOfWorkOpener, *, code: str, user_agent: str | None, replaces: str | None = None
) -> dict:
    """Use a development system's one-time link, as `start`. Raises `unauthenticated` for one that is used or too
    old."""
    session = open_uow.session
    used = update(LoginLink).where(
        LoginLink.code_hash == rules.sha256_hex(code),
        LoginLink.used_at.is_(None),
        LoginLink.expires_at > func.now(),
        LoginLink.login_id.is_not(None),
    )
    login_id = session.execute(used.values(used_at=func.now()).returning(LoginLink.login_id)).scalar_one_or_none()
    session.commit()
    if login_id is None:
        raise ServiceProblem("unauthenticated", "This link was used already or is too old.")
    return start(open_uow, login_id=login_id, method="link", user_agent=user_agent, replaces=replaces)


def start(
    open_uow: UnitOfWorkOpener,
    *,
    login_id: UUID,
    method: str,
    user_agent: str | None,
    replaces: str | None = None,
    buckets: dict | None = None,
) -> dict:
    """Start a session of this login: `{"token", "choose"}`, the token shown this once; `choose` when a client has to be
    chosen first. `buckets` are those of the attempt that was good; the browser's session of before, whose token has the
    hash `replaces`, ends.

    Raises `unauthenticated` where there is no client to enter.
    """
    session, caller = open_uow.session, open_uow.caller
    contacts = portal.contacts_of_login(session, login_id)
    if not contacts:
        raise ServiceProblem("unauthenticated", REFUSED)
    _end_replaced(open_uow, replaces)
    token = secrets.token_urlsafe(32)
    started = PortalSession(
        token_hash=rules.sha256_hex(token),
        login_id=login_id,
        ip=caller.ip,
        user_agent=(user_agent or "")[:300],
        expires_at=func.now() + LONGEST,
    )
    if buckets:
        forget_attempt(session, buckets)
    if len(contacts) > 1:
        session.add(started)
        session.commit()
        return {"token": token, "choose": True}
    with open_uow(stream=contacts[0].client_id, caller=as_contact(caller, contacts[0])) as uow:
        uow.session.add(started)
        _enter(uow, started, contacts[0].id, method)
    return {"token": token, "choose": False}


def choose_client(open_uow: UnitOfWorkOpener, *, credential: dict, contact_id: UUID) -> dict:
    """Enter the portal of another of the login's clients: `{"client_id"}`. Raises `not-found` for one that is not
    theirs."""
    session = open_uow.session
    started = session.scalar(select(PortalSession).where(PortalSession.token_hash == credential["hash"]))
    contact = next((row for row in portal.contacts_of_login(session, started.login_id) if row.id == contact_id), None)
    if contact is None:
        raise not_found()
    with open_uow(stream=contact.client_id, caller=as_contact(open_uow.caller, contact)) as uow:
        _enter(uow, started, contact.id, "chosen")
        return uow.record_answer({"client_id": str(contact.client_id)})


def sign_out_portal(open_uow: UnitOfWorkOpener, *, credential: dict) -> dict:
    """End the session that the caller is in the portal by: `{"signed_out": true}`."""
    session, caller = open_uow.session, open_uow.caller
    end = (
        update(PortalSession)
        .where(PortalSession.token_hash == credential["hash"], PortalSession.ended_at.is_(None))
        .values(ended_at=func.now(), end_cause="signed-out")
        .returning(PortalSession.id)
    )
    if caller.client_id is None:
        session.execute(end)
        session.commit()
        return {"signed_out": True}
    with open_uow(stream=caller.client_id) as uow:
        ended = uow.session.scalar(end)
        if ended is not None:
            uow.publish(
                ContactSignedOut(
                    client_id=caller.client_id, entity=("contact", caller.id), facts={"session_id": str(ended)}
                )
            )
        return uow.record_answer({"signed_out": True})


def end_my_session(open_uow: UnitOfWorkOpener, *, session_id: UUID) -> dict:
    """End one session of one's own login: `{"ended": 1}`; `not-found` for one that is not theirs, or over."""
    return _end(open_uow, PortalSession.id == session_id, required=True)


def end_other_sessions(open_uow: UnitOfWorkOpener, *, credential: dict) -> dict:
    """End all sessions of one's own login but this one: `{"ended": number}`."""
    return _end(open_uow, PortalSession.token_hash != credential["hash"])


def end_contact_sessions(open_uow: UnitOfWorkOpener, *, client_id: UUID, contact_id: UUID) -> dict:
    """Sign a contact of a client out of the portal everywhere, in the name of staff: `{"ended": number}`.

    The sessions are those of the contact's login, whichever of its clients they are in. Raises `not-found`.
    """
    session = open_uow.session
    contact = contact_row(session, client_id, contact_id)
    behind = contacts_behind(session, contact.login_id) if contact.login_id else []
    session.rollback()
    with open_uow(stream=first_stream(behind) if behind else client_id) as uow:
        contact = contact_row(uow.session, client_id, contact_id)
        ended = end_portal_sessions(uow, contact.login_id) if contact.login_id else 0
        return uow.record_answer({"ended": ended})


def reauthenticate_portal(open_uow: UnitOfWorkOpener, *, credential: dict, current_password: str) -> dict:
    """Note that the person of this session has proved once more who they are, as `identity.sessions.reauthenticate`."""
    check_current_password(open_uow, password=current_password)
    session = open_uow.session
    at = session.scalar(
        update(PortalSession)
        .where(PortalSession.token_hash == credential["hash"])
        .values(authenticated_at=func.clock_timestamp())
        .returning(PortalSession.authenticated_at)
    )
    session.commit()
    return {"authenticated_at": at.timestamp()}


def _end(open_uow: UnitOfWorkOpener, which, *, required: bool = False) -> dict:
    with open_uow() as uow:
        ended = end_portal_sessions(uow, current_login(uow.session, uow.caller).id, which)
        if required and not ended:
            raise not_found()
        return uow.record_answer({"ended": ended})


def _end_replaced(open_uow: UnitOfWorkOpener, token_hash: str | None) -> None:
    """End the session that a browser had before, of whichever login, in its owner's name."""
    session = open_uow.session
    login_id = session.scalar(
        select(PortalSession.login_id).where(
            PortalSession.token_hash == token_hash,
            PortalSession.ended_at.is_(None),
            PortalSession.expires_at > func.now(),
        )
    )
    contacts = contacts_behind(session, login_id) if login_id else []
    if not contacts:
        end_sessions(session, PortalSession.token_hash == token_hash, cause="replaced")
        session.commit()
    else:
        caller = as_contact(open_uow.caller, contacts[0])
        with open_uow(stream=first_stream(contacts), caller=caller, part="replaced") as uow:
            end_portal_sessions(uow, login_id, PortalSession.token_hash == token_hash, how="replaced")


def as_contact(caller: Caller, contact) -> Caller:
    """The caller, now that it is known who they are: the log names them as the actor of their sign-in."""
    return replace(caller, kind="contact", id=str(contact.id), name=portal.full_name(contact))


def _enter(uow: UnitOfWork, started: PortalSession, contact_id: UUID, method: str) -> None:
    uow.session.flush()
    started.contact_id = contact_id
    moment = func.now()
    changed = update(Contact).where(Contact.id == contact_id).values(last_login_at=moment).returning(Contact)
    contact = uow.session.execute(changed).scalar_one()
    client_id = contact.client_id
    uow.session.execute(update(Client).where(Client.id == client_id).values(last_login_at=moment))
    uow.publish(
        ContactSignedIn(
            client_id=client_id,
            entity=("contact", contact_id),
            facts={"method": method, "session_id": str(started.id)},
            personal={"user_agent": started.user_agent, **_staff_change(contact)},
        )
    )


def _staff_change(contact: Contact) -> dict:
    """Who of the staff added or changed the contact, while that is MARKED_FOR old at most."""
    if contact.staff_change_at is None or contact.staff_change_at < datetime.now(UTC) - MARKED_FOR:
        return {}
    return {"staff_change": f"{contact.staff_change} by staff {contact.staff_change_by}"}
