"""Revocation of staff access: sessions, pending sign-ins, links and tokens end with a password, and with an account."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from chassis.events.unit_of_work import UnitOfWork
from services.clients.commands.identity.pending_sign_ins import end_pending_sign_ins
from services.clients.events import StaffPasswordChanged, StaffSignedOut
from services.clients.models import ApiToken, Login, LoginLink, PasswordLink, SignInSession, StaffAccount


def set_password(uow: UnitOfWork, account: StaffAccount, hashed: str, how: str) -> None:
    """Set a password in an open transaction, revoke all access of the person, tokens too, and publish that."""
    uow.session.get(Login, account.login_id).password_hash = hashed
    ended = revoke_access(uow.session, account.id, "password-changed")
    uow.publish(
        StaffPasswordChanged(
            entity=("staff", account.id),
            facts={"how": how, **ended},
            personal={"name": account.name} if how == "admin" else {},
        )
    )


def revoke_access(session: Session, staff_id: UUID, cause: str) -> dict:
    """End the person's sessions, pending sign-ins, links and tokens; how many `sessions` and `tokens` that were. The
    caller commits."""
    now = func.now()
    end_pending_sign_ins(session, staff_id)
    session.execute(
        update(PasswordLink)
        .where(PasswordLink.staff_id == staff_id, PasswordLink.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.execute(
        update(LoginLink).where(LoginLink.staff_id == staff_id, LoginLink.used_at.is_(None)).values(used_at=now)
    )
    return {"sessions": len(_end_sessions(session, staff_id, cause)), "tokens": _end_tokens(session, staff_id)}


def sign_out_everywhere(uow: UnitOfWork, staff_id: UUID, *which, **personal) -> int:
    """End those sessions of this person that fit `which`, all without one, and publish each; how many. `personal` names
    the person where it is another one."""
    ended = _end_sessions(uow.session, staff_id, "ended", *which)
    for session_id in ended:
        facts = {"session_id": str(session_id), "how": "ended"}
        uow.publish(StaffSignedOut(entity=("staff", staff_id), facts=facts, personal=personal))
    return len(ended)


def _end_sessions(session: Session, staff_id: UUID, cause: str, *which) -> Sequence[UUID]:
    return session.scalars(
        update(SignInSession)
        .where(
            SignInSession.staff_id == staff_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > func.now(),
            *which,
        )
        .values(ended_at=func.now(), end_cause=cause)
        .returning(SignInSession.id)
    ).all()


def _end_tokens(session: Session, staff_id: UUID) -> int:
    return session.execute(
        update(ApiToken)
        .where(ApiToken.staff_id == staff_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=func.now())
    ).rowcount
