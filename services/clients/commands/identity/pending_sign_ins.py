"""Pending sign-in: a good password that still waits for its second factor. It is no session, and opens nothing else.

The `step` that its owner holds is its token; what is stored is the token's hash.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.models import PendingSignIn

LIFETIME = timedelta(minutes=5)
MOST_ATTEMPTS = 5
OVER = "This took too long, or too many codes were wrong. Sign in again."


def begin_pending_sign_in(session: Session, owner_id: UUID, *, secret: str | None = None) -> str:
    """Begin one for an owner of a second factor; its token. `secret` is for one who has to set the factor up first."""
    token = secrets.token_urlsafe(32)
    session.add(
        PendingSignIn(
            token_hash=rules.sha256_hex(token), owner_id=owner_id, expires_at=func.now() + LIFETIME, secret=secret
        )
    )
    return token


def is_pending(step: str) -> tuple:
    """The conditions for a sign-in that still waits for its code."""
    return (
        PendingSignIn.token_hash == rules.sha256_hex(step),
        PendingSignIn.ended_at.is_(None),
        PendingSignIn.expires_at > func.now(),
        PendingSignIn.attempts < MOST_ATTEMPTS,
    )


def count_try(session: Session, step: str) -> tuple[UUID, str | None]:
    """Count the try before the code is looked at, and commit that; the owner, and the secret to set up with.

    Raises `unauthenticated` when it is no longer pending.
    """
    row = session.execute(
        update(PendingSignIn)
        .where(*is_pending(step))
        .values(attempts=PendingSignIn.attempts + 1)
        .returning(PendingSignIn.owner_id, PendingSignIn.secret)
    ).one_or_none()
    session.commit()
    if row is None:
        raise ServiceProblem("unauthenticated", OVER)
    return row.owner_id, row.secret


def require_pending(session: Session, step: str) -> None:
    """Lock it, and raise `unauthenticated` when it was ended meanwhile: it makes one session, and none for whoever was
    disabled or got another password."""
    ended = select(PendingSignIn.ended_at).where(PendingSignIn.token_hash == rules.sha256_hex(step)).with_for_update()
    if session.scalar(ended) is not None:
        raise ServiceProblem("unauthenticated", OVER)


def end_pending_sign_in(session: Session, step: str) -> None:
    """End it, now that it made a session. The caller commits."""
    session.execute(
        update(PendingSignIn).where(PendingSignIn.token_hash == rules.sha256_hex(step)).values(ended_at=func.now())
    )


def end_pending_sign_ins(session: Session, owner_id: UUID) -> None:
    """End all of one owner's. The caller commits."""
    session.execute(
        update(PendingSignIn)
        .where(PendingSignIn.owner_id == owner_id, PendingSignIn.ended_at.is_(None))
        .values(ended_at=func.now())
    )
