"""Second factors and sessions, of staff and contacts alike; never a hash, a secret or a code."""

from datetime import UTC
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.events.event import rfc3339
from services.clients.models import BackupCode, Client, Contact, Login, SecondFactor, StaffAccount
from services.clients.queries.portal import IDLE


def second_factor(session: Session, owner_id: UUID) -> dict:
    """`{"on", "since", "backup_codes"}`, the last how many are left."""
    since = session.execute(
        select(SecondFactor.since).where(SecondFactor.owner_id == owner_id, SecondFactor.secret.is_not(None))
    ).one_or_none()
    left = (
        select(func.count())
        .select_from(BackupCode)
        .where(BackupCode.owner_id == owner_id, BackupCode.used_at.is_(None))
    )
    return {"on": since is not None, "since": since and moment(since[0]), "backup_codes": session.scalar(left)}


def session_rows(session: Session, owner, owner_id: UUID, token_hash: str | None = None) -> list[dict]:
    """The sessions that are alive, the last used first; `owner` is their table's column that names their owner."""
    sessions, now = owner.class_, func.now()
    rows = session.execute(
        select(
            sessions.id,
            sessions.created_at,
            sessions.last_seen_at,
            sessions.expires_at,
            sessions.ip,
            sessions.user_agent,
            sessions.token_hash,
        )
        .where(
            owner == owner_id,
            sessions.ended_at.is_(None),
            sessions.expires_at > now,
            sessions.last_seen_at > now - IDLE,
        )
        .order_by(sessions.last_seen_at.desc(), sessions.id)
    )
    return [
        {
            "id": str(row.id),
            "created_at": moment(row.created_at),
            "last_seen_at": moment(row.last_seen_at),
            "expires_at": moment(row.expires_at),
            "ip": row.ip,
            "user_agent": row.user_agent,
            "current": row.token_hash == token_hash,
        }
        for row in rows
    ]


def known_words(session: Session, login_id: UUID) -> list[str]:
    """What others know of the person behind a login, and would try first: email, names, companies."""
    rows = session.execute(
        select(Login.email, StaffAccount.name, Contact.first_name, Contact.last_name, Client.company)
        .outerjoin(StaffAccount, StaffAccount.login_id == Login.id)
        .outerjoin(Contact, Contact.login_id == Login.id)
        .outerjoin(Client, Client.id == Contact.client_id)
        .where(Login.id == login_id)
    )
    return [word for row in rows for word in row if word]


def moment(at) -> str | None:
    """A time as the wire has it."""
    return at and rfc3339(at.astimezone(UTC))
