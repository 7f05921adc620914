"""Impersonation (Login as Client): a staff member in the portal as a contact, from its start to its one end.

Each start and each end is a unit of work on the client's stream. The end is an UPDATE of the row that is still running:
whoever comes second, of a button, a request that finds the impersonation over, a next start and the sweeper, ends
nothing and publishes nothing.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.context import system_caller
from chassis.errors import ServiceProblem, not_found
from chassis.events.event import rfc3339
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener, nested_unit_of_work, unit_of_work
from chassis.types.ids import new_id
from services.clients import rules
from services.clients.events import ImpersonationEnded, ImpersonationStarted
from services.clients.models import ApiToken, Client, Contact, Impersonation, SignInSession, StaffAccount
from services.clients.queries import impersonation as queries
from services.clients.queries.portal import MAY_ENTER

HANDOFF = timedelta(seconds=30)
SERVICE = "clients"
OVER = "You are no longer logged in as this client."
_NOW = func.clock_timestamp()


def start_impersonation(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: UUID,
    reason: str,
    minutes: int,
    credential: dict,
) -> dict:
    """Let the caller enter the portal as the client's primary contact, for the reason given: the impersonation and
    its one-time `code`, shown this once and stored nowhere; a repeat is answered the impersonation alone. Started by an
    admin session the code is good in that session's browser alone. An impersonation of the caller's that runs ends with
    it.

    Raises `invalid-state` when there is nobody to log in as.
    """
    code, caller = secrets.token_urlsafe(32), open_uow.caller
    with open_uow(stream=client_id) as uow:
        session = uow.session
        # One start of a person after the other: each sees the impersonation that it ends.
        session.execute(
            select(StaffAccount.id).where(StaffAccount.id == UUID(caller.id)).with_for_update(key_share=True)
        )
        contact = _contact_to_impersonate(session, client_id)
        _end_previous(uow)
        impersonation = Impersonation(
            id=new_id(),
            staff_id=UUID(caller.id),
            client_id=client_id,
            contact_id=contact.id,
            reason=reason,
            handoff_hash=rules.sha256_hex(code),
            handoff_expires_at=_NOW + HANDOFF,
            started_at=_NOW,
            expires_at=_NOW + timedelta(minutes=minutes),
            **_started_by(session, credential),
        )
        session.add(impersonation)
        session.flush()
        _publish_start(uow, impersonation, contact)
        shown = uow.record_answer(queries.one_impersonation(session, client_id, impersonation.id))
    return {**shown, "code": code, "code_expires_at": rfc3339(impersonation.handoff_expires_at)}


def end_impersonation(open_uow: UnitOfWorkOpener, *, client_id: UUID, impersonation_id: UUID) -> dict:
    """End somebody's running impersonation; answers it. Raises `not-found`, or `invalid-state` for one that is over."""
    with open_uow(stream=client_id) as uow:
        queries.one_impersonation(uow.session, client_id, impersonation_id)
        if not _end(uow, impersonation_id, "ended-by-staff"):
            raise ServiceProblem("invalid-state", "This login is over already.")
        return uow.record_answer(queries.one_impersonation(uow.session, client_id, impersonation_id))


def end_my_impersonation(open_uow: UnitOfWorkOpener, *, client_id: UUID) -> dict:
    """Return to Admin: end the impersonation that the caller is in. Answers the client's id."""
    with open_uow(stream=client_id) as uow:
        _end(uow, UUID(uow.caller.acting_as["impersonation_id"]), "returned-to-admin")
        return uow.record_answer({"client_id": str(client_id)})


def end_if_over(session: Session, impersonation, *, cause: str) -> str | None:
    """End a running impersonation that may not go on, in the system's name; answers why, or None while it may."""
    why = queries.end_cause(impersonation)
    if why is not None:
        caller = system_caller(SERVICE, cause=cause)
        operation = f"end_impersonation:{impersonation.impersonation_id}"
        with unit_of_work(session, SERVICE, caller, impersonation.client_id, operation, {"cause": cause}) as uow:
            _end(uow, impersonation.impersonation_id, why)
    return why


def impersonator(session: Session, token_hash: str | None, *, cause: str) -> dict:
    """Whose request this is, by the hash of an impersonation's token.

    Raises `unauthenticated` where there is no such impersonation, or it is over: then `impersonation` names the client
    and why.
    """
    impersonation = queries.find(session, Impersonation.token_hash == token_hash)
    if impersonation is None:
        raise ServiceProblem("unauthenticated", OVER)
    why = (
        impersonation.end_cause
        if impersonation.ended_at is not None
        else end_if_over(session, impersonation, cause=cause)
    )
    if why is not None:
        raise ServiceProblem(
            "unauthenticated", OVER, impersonation={"client_id": str(impersonation.client_id), "end_cause": why}
        )
    return queries.principal(session, impersonation)


def sweep_impersonations(session: Session) -> bool:
    """End what is over and asked about by nobody; whether there was any."""
    ended = [end_if_over(session, impersonation, cause=str(new_id())) for impersonation in queries.running(session)]
    session.rollback()
    return any(ended)


def _contact_to_impersonate(session: Session, client_id: UUID):
    contact = session.execute(
        select(
            Contact.id,
            Contact.first_name,
            Contact.last_name,
            Contact.email,
            Client.status,
            MAY_ENTER.label("may_enter"),
        )
        .select_from(Client)
        .outerjoin(Contact, (Contact.client_id == Client.id) & Contact.is_primary)
        .where(Client.id == client_id)
    ).one_or_none()
    if contact is None:
        raise not_found()
    if not contact.may_enter:
        raise ServiceProblem("invalid-state", "This client has no active primary contact to log in as.")
    if contact.status == "inactive":
        raise ServiceProblem("invalid-state", "This client is inactive. Activate it first.")
    return contact


def _publish_start(uow: UnitOfWork, impersonation: Impersonation, contact) -> None:
    facts = {
        "contact_id": str(contact.id),
        "reason": impersonation.reason,
        "expires_at": rfc3339(impersonation.expires_at),
    }
    uow.publish(
        ImpersonationStarted(
            client_id=impersonation.client_id,
            entity=("impersonation", impersonation.id),
            facts=facts,
            personal={"first_name": contact.first_name, "last_name": contact.last_name, "email": contact.email},
        )
    )


def _end_previous(uow: UnitOfWork) -> None:
    mine = Impersonation.staff_id == UUID(uow.caller.id)
    previous = queries.find(uow.session, mine, Impersonation.ended_at.is_(None))
    if previous is None:
        return
    cause = queries.end_cause(previous) or "started-another"
    if str(previous.client_id) == uow.stream:
        _end(uow, previous.impersonation_id, cause)
        return
    with nested_unit_of_work(uow.session, SERVICE, uow.caller, previous.client_id) as other:
        _end(other, previous.impersonation_id, cause)


def _end(uow: UnitOfWork, impersonation_id: UUID, cause: str) -> bool:
    ended = uow.session.execute(
        update(Impersonation)
        .where(Impersonation.id == impersonation_id, Impersonation.ended_at.is_(None))
        .values(ended_at=_NOW, end_cause=cause, open_pages=[], left_at=None)
        .returning(Impersonation.client_id, Impersonation.started_at, Impersonation.ended_at, Impersonation.entered_at)
    ).one_or_none()
    if ended is None:
        return False
    uow.publish(
        ImpersonationEnded(
            client_id=ended.client_id,
            entity=("impersonation", impersonation_id),
            facts={
                "end_cause": cause,
                "entered": ended.entered_at is not None,
                "seconds": int((ended.ended_at - ended.started_at).total_seconds()),
            },
        )
    )
    return True


def _started_by(session: Session, credential: dict) -> dict:
    """The session or the token that the impersonation depends on."""
    if credential["kind"] == "session":
        found = select(SignInSession.id).where(SignInSession.token_hash == credential["hash"])
        return {"staff_session_id": session.scalar(found)}
    return {"token_id": session.scalar(select(ApiToken.id).where(ApiToken.token_hash == credential["hash"]))}
