"""Principal: from a hashed credential to a person and their permissions."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from services.clients import rules
from services.clients.models import ApiToken, Login, SignInSession, StaffAccount
from services.clients.queries import portal

IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)


def resolve(session: Session, credential: dict) -> dict:
    """The principal of `{"kind": "session"|"token"|"portal", "hash": sha256 hex}`: kind, id, name, permissions; of
    staff permissions_version, of a contact client_id; and, to show, email and role.

    Raises `unauthenticated` for what is unknown, ended, idle, too old, or belongs to a disabled account. Notes the use,
    once a minute at most.
    """
    found = _KINDS[credential["kind"]](session, credential.get("hash")) if credential.get("kind") in _KINDS else None
    if found is None:
        raise ServiceProblem("unauthenticated", "Your session has ended. Sign in again.")
    return found


def _staff_principal(found) -> dict | None:
    if found is None:
        return None
    held = rules.staff_permissions(found.role, found.permissions)
    return {
        "kind": "staff",
        "id": str(found.id),
        "name": found.name,
        "email": found.email,
        "role": found.role,
        "permissions_version": found.version,
        "permissions": rules.within(held, getattr(found, "scope", None)),
    }


_STAFF = select(
    StaffAccount.id, StaffAccount.name, StaffAccount.role, StaffAccount.permissions, StaffAccount.version, Login.email
).join(Login, Login.id == StaffAccount.login_id)


def _session_principal(session: Session, token_hash: str) -> dict | None:
    now = func.now()
    row = session.execute(
        _STAFF.add_columns((SignInSession.last_seen_at < now - SEEN_EVERY).label("stale"))
        .join(SignInSession, SignInSession.staff_id == StaffAccount.id)
        .where(
            SignInSession.token_hash == token_hash,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.last_seen_at > now - IDLE,
            StaffAccount.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is not None and row.stale:
        session.execute(update(SignInSession).where(SignInSession.token_hash == token_hash).values(last_seen_at=now))
        session.commit()
    return _staff_principal(row)


def _token_principal(session: Session, token_hash: str) -> dict | None:
    now = func.now()
    row = session.execute(
        _STAFF.add_columns(
            func.coalesce(ApiToken.last_used_at < now - SEEN_EVERY, True).label("stale"),
            ApiToken.permissions.label("scope"),
        )
        .join(ApiToken, ApiToken.staff_id == StaffAccount.id)
        .where(
            ApiToken.token_hash == token_hash,
            ApiToken.revoked_at.is_(None),
            func.coalesce(ApiToken.expires_at > now, True),
            StaffAccount.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is not None and row.stale:
        session.execute(update(ApiToken).where(ApiToken.token_hash == token_hash).values(last_used_at=now))
        session.commit()
    return _staff_principal(row)


_KINDS = {"session": _session_principal, "token": _token_principal, "portal": portal.session_principal}


def viewer(session: Session, staff_id, permissions: Iterable[str] | None = None) -> dict:
    """A staff member as their own pages show them: `{id, name, email, role, permissions}`, every permission spelt out.

    `permissions` are those of whatever they came by, where that is less than they may do.
    """
    row = session.execute(_STAFF.where(StaffAccount.id == staff_id)).one()
    held = rules.staff_permissions(row.role, row.permissions) if permissions is None else list(permissions)
    return {
        "id": str(row.id),
        "name": row.name,
        "email": row.email,
        "role": row.role,
        "permissions": sorted(map(str, Permission)) if held == ["*"] else held,
    }
