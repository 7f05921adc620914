"""Second factor of a sign-in: the code that makes a session of a pending one, or the setting up where it is required
and missing."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.clients.commands.identity.attempts import count_code, forget_buckets, was_here
from services.clients.commands.identity.pending_sign_ins import (
    OVER,
    count_try,
    end_pending_sign_in,
    is_pending,
    require_pending,
)
from services.clients.commands.identity.second_factor import WRONG, enable_secret, key_uri, matching_step, use_code
from services.clients.commands.identity.sessions import as_staff, start_session
from services.clients.commands.identity.staff import account_of
from services.clients.events import StaffSignInFailed
from services.clients.models import Login, PendingSignIn, SecondFactor, SignInSession, StaffAccount


def pending_sign_in(session: Session, *, step: str) -> dict:
    """What a pending sign-in asks for: `{"enrol": {"secret", "uri"}|None}`; `unauthenticated` when it is over."""
    found = session.execute(
        select(PendingSignIn.secret, Login.email)
        .join(StaffAccount, StaffAccount.id == PendingSignIn.owner_id)
        .join(Login, Login.id == StaffAccount.login_id)
        .where(*is_pending(step))
    ).one_or_none()
    if found is None:
        raise ServiceProblem("unauthenticated", OVER)
    return {"enrol": found.secret and {"secret": found.secret, "uri": key_uri(found.secret, found.email)}}


def finish_sign_in(
    open_uow: UnitOfWorkOpener, *, step: str, code: str, user_agent: str | None, replaces: str | None = None
) -> dict:
    """Check the code and start the session: `{"token", "viewer", "backup_codes"}`, the last only after a setting up. The
    browser's session of before, which it `replaces`, ends.

    Raises 422 `/code` for a wrong code, which is in the log, `unauthenticated` when the pending sign-in is over,
    `too-many-requests`.
    """
    session = open_uow.session
    staff_id, secret = count_try(session, step)
    account = account_of(session, staff_id)
    caller, proved, started = as_staff(open_uow.caller, account), None, {}
    buckets = count_code(session, staff_id, caller.ip, was_here(session, SignInSession.staff_id, staff_id, caller.ip))
    with open_uow(caller=caller) as uow:
        require_pending(uow.session, step)
        if secret is None:
            proved, codes = use_code(uow.session, account.id, code), None
        else:
            proved, codes = _enrol(uow, account.id, secret, code)
        if proved is None:
            _publish_wrong_code(uow, account.id, user_agent)
        else:
            forget_buckets(uow.session, buckets)
            end_pending_sign_in(uow.session, step)
            session_started = start_session(uow, account.id, f"password, {proved}", user_agent, replaces)
            started = {**session_started, "backup_codes": codes}
    if proved is None:
        raise field_problem("/code", WRONG)
    return started


def _publish_wrong_code(uow: UnitOfWork, staff_id: UUID, user_agent: str | None) -> None:
    uow.publish(
        StaffSignInFailed(
            entity=("staff", staff_id),
            facts={"reason": "wrong-code"},
            personal={"user_agent": (user_agent or "")[:300]},
        )
    )


def _enrol(uow: UnitOfWork, staff_id: UUID, secret: str, code: str) -> tuple[str | None, list[str] | None]:
    found = matching_step(uow.session, secret, code, 0)
    if found is None:
        return None, None
    factor = uow.session.get(SecondFactor, staff_id) or SecondFactor(owner_id=staff_id, last_step=0)
    uow.session.add(factor)
    return "totp", enable_secret(uow, factor, secret, found)
