"""The second step of a sign-in: a code of the second factor, or its setting up where it is required and missing."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem
from services.clients.commands.identity.attempts import count_code, forget_buckets, was_here
from services.clients.commands.identity.pending_sign_ins import OVER, count_try, end_step, is_alive, require_alive
from services.clients.commands.identity.second_factor import WRONG, key_uri, matching_step, put_in_force, use_code
from services.clients.commands.identity.sessions import as_staff, start_session
from services.clients.commands.identity.staff import account_of
from services.clients.events import StaffSignInFailed
from services.clients.models import Login, SecondFactor, SignInSession, SignInStep, StaffAccount


def look_at_step(session: Session, *, step: str) -> dict:
    """What the step asks for: `{"enrol": {"secret", "uri"}|None}`; `unauthenticated` when it is over."""
    found = session.execute(
        select(SignInStep.secret, Login.email)
        .join(StaffAccount, StaffAccount.id == SignInStep.owner_id)
        .join(Login, Login.id == StaffAccount.login_id)
        .where(*is_alive(step))
    ).one_or_none()
    if found is None:
        raise ServiceProblem("unauthenticated", OVER)
    return {"enrol": found.secret and {"secret": found.secret, "uri": key_uri(found.secret, found.email)}}


def finish_sign_in(
    session: Session, write: Callable, caller: Caller, *, step: str, code: str, user_agent: str | None
) -> dict:
    """Check the code and start the session: `{"token", "viewer", "backup_codes"}`, the last only after a setting up.

    Raises 422 `/code` for a wrong code, which is in the log, `unauthenticated` when the step is over,
    `too-many-requests`.
    """
    staff_id, secret = count_try(session, step)
    account = account_of(session, staff_id)
    caller, proved, started = as_staff(caller, account), None, {}
    buckets = count_code(session, staff_id, caller.ip, was_here(session, SignInSession.staff_id, staff_id, caller.ip))
    with write(caller=caller) as uow:
        require_alive(uow.session, step)
        if secret is None:
            proved, codes = use_code(uow.session, account.id, code), None
        else:
            proved, codes = _enrol(uow, account.id, secret, code)
        if proved is None:
            uow.publish(
                StaffSignInFailed(
                    entity=("staff", account.id),
                    facts={"reason": "wrong-code"},
                    personal={"user_agent": (user_agent or "")[:300]},
                )
            )
        else:
            forget_buckets(uow.session, buckets)
            end_step(uow.session, step)
            started = {
                **start_session(uow, caller, account.id, f"password, {proved}", user_agent or ""),
                "backup_codes": codes,
            }
    if proved is None:
        raise field_problem("/code", WRONG)
    return started


def _enrol(uow, staff_id: UUID, secret: str, code: str) -> tuple[str | None, list[str] | None]:
    found = matching_step(uow.session, secret, code, 0)
    if found is None:
        return None, None
    factor = uow.session.get(SecondFactor, staff_id) or SecondFactor(owner_id=staff_id, last_step=0)
    uow.session.add(factor)
    return "totp", put_in_force(uow, factor, secret, found)
