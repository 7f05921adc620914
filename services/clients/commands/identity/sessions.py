"""Session of staff: signing in to the admin, and out of it.

The idempotency key is claimed without arguments and without an answer: neither a password's fingerprint nor a session's
token may lie in a table. A repeat of the same request is therefore refused, and has to sign in again.
"""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pyotp
from sqlalchemy import func, select, true, update

from chassis.context import Caller
from chassis.errors import ServiceProblem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.clients import passwords, rules
from services.clients.commands.identity.attempts import count_attempt, forget_attempt, was_here
from services.clients.commands.identity.current_login import check_current_password
from services.clients.commands.identity.pending_sign_ins import begin_pending_sign_in
from services.clients.commands.identity.revoke_staff_access import sign_out_everywhere
from services.clients.commands.identity.staff import account_of, require_reach
from services.clients.events import StaffSignedIn, StaffSignedOut, StaffSignInFailed
from services.clients.models import Login, LoginLink, SecondFactor, SignInSession, StaffAccount
from services.clients.queries.identity import viewer

LONGEST = timedelta(hours=8)
REFUSED = "Email or password is wrong."

_ACCOUNT = (
    select(
        StaffAccount.id,
        StaffAccount.name,
        StaffAccount.disabled_at,
        StaffAccount.role,
        Login.password_hash,
        StaffAccount.second_factor_required,
        SecondFactor.secret,
    )
    .join(Login, Login.id == StaffAccount.login_id)
    .outerjoin(SecondFactor, SecondFactor.owner_id == StaffAccount.id)
)


def sign_in(
    open_uow: UnitOfWorkOpener,
    *,
    email: str,
    password: str,
    user_agent: str | None,
    replaces: str | None = None,
    second_factor_roles: Collection[str] = (),
) -> dict:
    """Check email and password. Starts a session: `{"token", "viewer"}`, the token shown this once; for whom a second
    factor is asked, or who needs one by their role, only a pending sign-in: `{"step"}`, good for `finish_sign_in` alone.
    The browser's session of before, whose token has the hash `replaces`, ends with the start of the new one.

    Raises `unauthenticated`, the same for an unknown email, a wrong password and a disabled account, or
    `too-many-requests` with `retry_after` seconds.
    """
    session, caller, key = open_uow.session, open_uow.caller, rules.email_key(email)
    found = session.execute(_ACCOUNT.where(Login.kind == "staff", Login.email_key == key)).one_or_none()
    known = found is not None and was_here(session, SignInSession.staff_id, found.id, caller.ip)
    buckets = count_attempt(session, key, caller.ip, known)
    good = passwords.matches(password, found and found.password_hash)
    if good and found.disabled_at is None:
        if found.secret or rules.needs_second_factor(found.role, found.second_factor_required, second_factor_roles):
            return _begin_pending(open_uow, found, buckets)
        return _start(open_uow, found, "password", user_agent, replaces, buckets)
    with open_uow() as uow:
        reason = "disabled" if good else "wrong-password" if found else "unknown-email"
        uow.publish(
            StaffSignInFailed(
                entity=("staff", found and found.id),
                facts={"reason": reason},
                personal={"email": email, "user_agent": user_agent or ""},
            )
        )
    raise ServiceProblem("unauthenticated", REFUSED)


def sign_in_once(open_uow: UnitOfWorkOpener, *, code: str, user_agent: str | None, replaces: str | None = None) -> dict:
    """Use a development system's one-time link: as `sign_in`, without a second factor. Raises `unauthenticated` for a code
    that is unknown, used or too old."""
    session = open_uow.session
    used = update(LoginLink).where(
        LoginLink.code_hash == rules.sha256_hex(code),
        LoginLink.used_at.is_(None),
        LoginLink.expires_at > func.now(),
        LoginLink.staff_id.is_not(None),
    )
    staff_id = session.execute(used.values(used_at=func.now()).returning(LoginLink.staff_id)).scalar_one_or_none()
    session.commit()
    found = session.execute(
        select(StaffAccount.id, StaffAccount.name).where(
            StaffAccount.id == staff_id, StaffAccount.disabled_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        raise ServiceProblem("unauthenticated", "This link was used already or is too old.")
    return _start(open_uow, found, "link", user_agent, replaces, None)


def reauthenticate(open_uow: UnitOfWorkOpener, *, credential: dict, current_password: str) -> dict:
    """Note that the person of this session has proved once more who they are: `{"authenticated_at"}`, in seconds of the
    epoch. Raises 422 for a wrong password, `too-many-requests` after several."""
    check_current_password(open_uow, password=current_password)
    session = open_uow.session
    at = session.scalar(
        update(SignInSession)
        .where(SignInSession.token_hash == credential["hash"])
        .values(authenticated_at=func.clock_timestamp())
        .returning(SignInSession.authenticated_at)
    )
    session.commit()
    return {"authenticated_at": at.timestamp()}


def sign_out(open_uow: UnitOfWorkOpener, *, credential: dict | None) -> dict:
    """End the session that the caller is signed in by. Raises `invalid-state` for one who came by a token."""
    if credential is None or credential["kind"] != "session":
        raise ServiceProblem("invalid-state", "There is no session to end.")
    with open_uow() as uow:
        ended = uow.session.execute(
            update(SignInSession)
            .where(SignInSession.token_hash == credential["hash"], SignInSession.ended_at.is_(None))
            .values(ended_at=func.now(), end_cause="signed-out")
            .returning(SignInSession.id)
        ).scalar_one_or_none()
        if ended is not None:
            uow.publish(StaffSignedOut(entity=("staff", uow.caller.id), facts={"session_id": str(ended)}))
        return uow.record_answer({"signed_out": True})


def end_session(open_uow: UnitOfWorkOpener, *, staff_id: UUID, session_id: UUID) -> dict:
    """End one session of this person: `{"ended": 1}`; `not-found` for one that is not theirs, or over."""
    return _end(open_uow, staff_id, SignInSession.id == session_id, required=True)


def end_other_sessions(open_uow: UnitOfWorkOpener, *, staff_id: UUID, credential: dict) -> dict:
    """End all sessions of this person but the one of `credential`: `{"ended": number}`."""
    return _end(open_uow, staff_id, SignInSession.token_hash != credential["hash"])


def end_all_sessions(open_uow: UnitOfWorkOpener, *, staff_id: UUID) -> dict:
    """Sign another out everywhere: `{"ended": number}`."""
    return _end(open_uow, staff_id, true())


def _end(open_uow: UnitOfWorkOpener, staff_id: UUID, which, *, required: bool = False) -> dict:
    with open_uow() as uow:
        account = account_of(uow.session, staff_id)
        personal = {} if str(staff_id) == uow.caller.id else {"name": account.name}
        if personal:
            require_reach(uow.caller, account)
        ended = sign_out_everywhere(uow, staff_id, which, **personal)
        if required and not ended:
            raise not_found()
        return uow.record_answer({"ended": ended})


def start_session(uow: UnitOfWork, staff_id: UUID, method: str, user_agent: str | None, replaces: str | None) -> dict:
    """Start a session in an open transaction: `{"token", "viewer"}`; its id is new, whatever came before, and the
    session that it `replaces` in the browser ends."""
    token, user_agent = secrets.token_urlsafe(32), user_agent or ""
    _end_replaced(uow, replaces)
    started = SignInSession(
        token_hash=rules.sha256_hex(token),
        staff_id=staff_id,
        ip=uow.caller.ip,
        user_agent=user_agent[:300],
        expires_at=func.now() + LONGEST,
    )
    uow.session.add(started)
    uow.session.flush()
    uow.publish(
        StaffSignedIn(
            entity=("staff", staff_id),
            facts={"session_id": str(started.id), "method": method},
            personal={"user_agent": user_agent[:300]},
        )
    )
    return {"token": token, "viewer": viewer(uow.session, staff_id)}


def as_staff(caller: Caller, staff) -> Caller:
    """The caller, now that it is known who they are: the log names them as the actor of their sign-in."""
    return replace(caller, kind="staff", id=str(staff.id), name=staff.name)


def _end_replaced(uow: UnitOfWork, token_hash: str | None) -> None:
    replaced = uow.session.execute(
        update(SignInSession)
        .where(
            SignInSession.token_hash == token_hash,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > func.now(),
        )
        .values(ended_at=func.now(), end_cause="replaced")
        .returning(SignInSession.id, SignInSession.staff_id)
    ).one_or_none()
    if replaced is not None:
        facts = {"session_id": str(replaced.id), "how": "replaced"}
        uow.publish(StaffSignedOut(entity=("staff", replaced.staff_id), facts=facts))


def _begin_pending(open_uow: UnitOfWorkOpener, found, buckets: dict) -> dict:
    secret = None if found.secret else pyotp.random_base32()
    with open_uow(caller=as_staff(open_uow.caller, found)) as uow:
        forget_attempt(uow.session, buckets)
        return {"step": begin_pending_sign_in(uow.session, found.id, secret=secret)}


def _start(
    open_uow: UnitOfWorkOpener, found, method: str, user_agent: str | None, replaces: str | None, buckets: dict | None
) -> dict:
    with open_uow(caller=as_staff(open_uow.caller, found)) as uow:
        if buckets is not None:
            forget_attempt(uow.session, buckets)
        return start_session(uow, found.id, method, user_agent, replaces)
