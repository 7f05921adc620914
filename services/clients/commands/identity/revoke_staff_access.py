"""Revocation of staff access: sessions, pending sign-ins and links end with a password; with an account tokens too."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from chassis.events.unit_of_work import UnitOfWork
from services.clients.commands.identity.pending_sign_ins import end_pending_sign_ins
from services.clients.events import StaffPasswordChanged
from services.clients.models import ApiToken, Login, LoginLink, PasswordLink, SignInSession, StaffAccount


def set_password(uow: UnitOfWork, account: StaffAccount, hashed: str, how: str) -> None:
    """Set a password in an open transaction, revoke all access of the person but tokens, and publish that."""
    uow.session.get(Login, account.login_id).password_hash = hashed
    sessions = revoke_access(uow.session, account.id, "password-changed")["sessions"]
    uow.publish(
        StaffPasswordChanged(
            entity=("staff", account.id),
            facts={"how": how, "sessions": sessions},
            personal={"name": account.name} if how == "admin" else {},
        )
    )


def revoke_access(session: Session, staff_id: UUID, cause: str, *, tokens: bool = False) -> dict:
    """End the person's sessions, pending sign-ins and links, with `tokens` these too; how many `sessions` and `tokens`
    that were. The caller commits."""
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
    return {
        "sessions": end_sessions(session, staff_id, cause),
        "tokens": _end_tokens(session, staff_id) if tokens else 0,
    }


def end_sessions(session: Session, staff_id: UUID, cause: str) -> int:
    """End all sessions of this person; how many."""
    return session.execute(
        update(SignInSession)
        .where(
            SignInSession.staff_id == staff_id, SignInSession.ended_at.is_(None), SignInSession.expires_at > func.now()
        )
        .values(ended_at=func.now(), end_cause=cause)
    ).rowcount


def _end_tokens(session: Session, staff_id: UUID) -> int:
    return session.execute(
        update(ApiToken)
        .where(ApiToken.staff_id == staff_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=func.now())
    ).rowcount
