"""The second step of a sign-in: a code of the second factor, or its setting up where it is required and missing."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem
from services.clients import rules
from services.clients.commands.attempts import count_code, forget_buckets
from services.clients.commands.second_factor import WRONG, key_uri, matching_step, put_in_force, use_code
from services.clients.commands.sessions import as_staff, start_session
from services.clients.commands.staff import account_of
from services.clients.events import StaffSignInFailed
from services.clients.models import Login, SecondFactor, SignInStep, StaffAccount

MOST_ATTEMPTS = 5
OVER = "This took too long, or too many codes were wrong. Sign in again."


def look_at_step(session: Session, *, step: str) -> dict:
    """What the step asks for: `{"enrol": {"secret", "uri"}|None}`; `unauthenticated` when it is over."""
    found = session.execute(
        select(SignInStep.secret, Login.email).join(StaffAccount, StaffAccount.id == SignInStep.staff_id)
        .join(Login, Login.id == StaffAccount.login_id).where(*_alive(step))).one_or_none()
    if found is None:
        raise ServiceProblem("unauthenticated", OVER)
    return {"enrol": found.secret and {"secret": found.secret, "uri": key_uri(found.secret, found.email)}}


def finish_sign_in(session: Session, write: Callable, caller: Caller, *, step: str, code: str, user_agent: str | None) -> dict:
    """Check the code and start the session: `{"token", "viewer", "backup_codes"}`, the last only after a setting up.

    Raises 422 `/code` for a wrong code, which is in the log, `unauthenticated` when the step is over, `too-many-requests`.
    """
    account, secret = _count(session, caller, step)
    caller, proved, started = as_staff(caller, account), None, {}
    buckets = count_code(session, account.id, caller.ip)
    with write(caller=caller) as work:
        _require_alive(work.session, step)
        if secret is None:
            proved, codes = use_code(work.session, account.id, code), None
        else:
            proved, codes = _enrol(work, account.id, secret, code)
        if proved is None:
            work.publish(StaffSignInFailed(entity=("staff", account.id), facts={"reason": "wrong-code"},
                                           personal={"user_agent": (user_agent or "")[:300]}))
        else:
            forget_buckets(work.session, buckets)
            work.session.execute(update(SignInStep).where(SignInStep.token_hash == rules.sha256_hex(step))
                                 .values(ended_at=func.now()))
            started = {**start_session(work, caller, account.id, f"password, {proved}", user_agent or ""),
                       "backup_codes": codes}
    if proved is None:
        raise field_problem("/code", WRONG)
    return started


def _count(session: Session, caller: Caller, step: str):
    """Count the try before the code is looked at, and commit that; the account and the secret to set up with."""
    row = session.execute(
        update(SignInStep).where(*_alive(step)).values(attempts=SignInStep.attempts + 1)
        .returning(SignInStep.staff_id, SignInStep.secret)).one_or_none()
    session.commit()
    if row is None:
        raise ServiceProblem("unauthenticated", OVER)
    return account_of(session, row.staff_id), row.secret


def _require_alive(session: Session, step: str) -> None:
    """Whoever was disabled or got another password meanwhile has no step any more; one step makes one session."""
    ended = select(SignInStep.ended_at).where(SignInStep.token_hash == rules.sha256_hex(step)).with_for_update()
    if session.scalar(ended) is not None:
        raise ServiceProblem("unauthenticated", OVER)


def _enrol(work, staff_id: UUID, secret: str, code: str) -> tuple[str | None, list[str] | None]:
    found = matching_step(work.session, secret, code, 0)
    if found is None:
        return None, None
    factor = work.session.get(SecondFactor, staff_id) or SecondFactor(staff_id=staff_id, last_step=0)
    work.session.add(factor)
    return "totp", put_in_force(work, factor, secret, found)


def _alive(step: str) -> tuple:
    return (SignInStep.token_hash == rules.sha256_hex(step), SignInStep.ended_at.is_(None),
            SignInStep.expires_at > func.now(), SignInStep.attempts < MOST_ATTEMPTS)
