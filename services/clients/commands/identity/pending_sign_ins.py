"""The half session between a good password and the second factor: it is no session, and opens nothing but the next
step."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.models import SignInStep

LIFETIME = timedelta(minutes=5)
MOST_ATTEMPTS = 5
OVER = "This took too long, or too many codes were wrong. Sign in again."


def begin_step(session: Session, owner_id: UUID, *, secret: str | None = None) -> str:
    """Begin one for an owner of a second factor; its token. `secret` is for one who has to set the factor up first."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInStep(
            token_hash=rules.sha256_hex(token), owner_id=owner_id, expires_at=func.now() + LIFETIME, secret=secret
        )
    )
    return token


def is_alive(step: str) -> tuple:
    """The conditions for a step that still waits for its code."""
    return (
        SignInStep.token_hash == rules.sha256_hex(step),
        SignInStep.ended_at.is_(None),
        SignInStep.expires_at > func.now(),
        SignInStep.attempts < MOST_ATTEMPTS,
    )


def count_try(session: Session, step: str) -> tuple[UUID, str | None]:
    """Count the try before the code is looked at, and commit that; the owner, and the secret to set up with.

    Raises `unauthenticated` when the step is over.
    """
    row = session.execute(
        update(SignInStep)
        .where(*is_alive(step))
        .values(attempts=SignInStep.attempts + 1)
        .returning(SignInStep.owner_id, SignInStep.secret)
    ).one_or_none()
    session.commit()
    if row is None:
        raise ServiceProblem("unauthenticated", OVER)
    return row.owner_id, row.secret


def require_alive(session: Session, step: str) -> None:
    """Whoever was disabled or got another password meanwhile has no step any more; one step makes one session."""
    ended = select(SignInStep.ended_at).where(SignInStep.token_hash == rules.sha256_hex(step)).with_for_update()
    if session.scalar(ended) is not None:
        raise ServiceProblem("unauthenticated", OVER)


def end_step(session: Session, step: str) -> None:
    """It made a session."""
    session.execute(
        update(SignInStep).where(SignInStep.token_hash == rules.sha256_hex(step)).values(ended_at=func.now())
    )


def end_steps(session: Session, owner_id: UUID) -> None:
    """End all of one owner's. The caller commits."""
    session.execute(
        update(SignInStep)
        .where(SignInStep.owner_id == owner_id, SignInStep.ended_at.is_(None))
        .values(ended_at=func.now())
    )
