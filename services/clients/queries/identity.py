"""Principal: from a hashed credential to a person and their permissions."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from services.clients import rules
from services.clients.models import ApiToken, Login, SecondFactor, SignInSession, StaffAccount
from services.clients.queries import portal

IDLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)


OVER = "Your session has ended. Sign in again."
NO_FACTOR = "The owner of this token needs a second factor first, which is set up by signing in to the admin."


def resolve(session: Session, credential: dict, second_factor_roles: Collection[str] = ()) -> dict:
    """The principal of `{"kind": "session"|"token"|"portal", "hash": sha256 hex}`: kind, id, name, permissions; of
    staff permissions_version, of a contact client_id, of a session authenticated_at; and, to show, email and role.

    Raises `unauthenticated` for what is unknown, ended, idle, too old, or belongs to a disabled account. Staff who need a
    second factor, by their account or by `second_factor_roles`, and have none, are led to the sign-in, which sets it up;
    their tokens are `second-factor-required`. Notes the use, once a minute at most.
    """
    kind, token_hash = credential.get("kind"), credential.get("hash")
    if kind == "portal":
        found = portal.session_principal(session, token_hash)
    elif kind in _STAFF_KINDS:
        found = _with_factor(_STAFF_KINDS[kind](session, token_hash), kind, second_factor_roles)
    else:
        found = None
    if found is None:
        raise ServiceProblem("unauthenticated", OVER)
    return found


def _with_factor(found, kind: str, roles: Collection[str]) -> dict | None:
    if found is not None and found.lacks_factor and rules.needs_second_factor(found.role, found.asked, roles):
        if kind == "token":
            raise ServiceProblem("second-factor-required", NO_FACTOR)
        return None
    return _staff_principal(found)


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
        **({"authenticated_at": found.authenticated_at.timestamp()} if "authenticated_at" in found._fields else {}),
    }


_HAS_FACTOR = (
    select(SecondFactor.owner_id)
    .where(SecondFactor.owner_id == StaffAccount.id, SecondFactor.secret.is_not(None))
    .exists()
)
_STAFF = select(
    StaffAccount.id, StaffAccount.name, StaffAccount.role, StaffAccount.permissions, StaffAccount.version, Login.email
).join(Login, Login.id == StaffAccount.login_id)


_FACTOR = (StaffAccount.second_factor_required.label("asked"), (~_HAS_FACTOR).label("lacks_factor"))
_NOW = func.now()
_TOKEN_HASH = bindparam("token_hash")
_SESSION = CompiledSelect(
    _STAFF.add_columns(
        *_FACTOR, SignInSession.authenticated_at, (SignInSession.last_seen_at < _NOW - SEEN_EVERY).label("stale")
    )
    .join(SignInSession, SignInSession.staff_id == StaffAccount.id)
    .where(
        SignInSession.token_hash == _TOKEN_HASH,
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > _NOW,
        SignInSession.last_seen_at > _NOW - IDLE,
        StaffAccount.disabled_at.is_(None),
    )
)
_TOKEN = CompiledSelect(
    _STAFF.add_columns(
        *_FACTOR,
        func.coalesce(ApiToken.last_used_at < _NOW - SEEN_EVERY, True).label("stale"),
        ApiToken.permissions.label("scope"),
    )
    .join(ApiToken, ApiToken.staff_id == StaffAccount.id)
    .where(
        ApiToken.token_hash == _TOKEN_HASH,
        ApiToken.revoked_at.is_(None),
        func.coalesce(ApiToken.expires_at > _NOW, True),
        StaffAccount.disabled_at.is_(None),
    )
)


def _of_session(session: Session, token_hash: str):
    row = _SESSION.first(session, token_hash=token_hash)
    if row is not None and row.stale:
        session.execute(update(SignInSession).where(SignInSession.token_hash == token_hash).values(last_seen_at=_NOW))
        session.commit()
    return row


def _of_token(session: Session, token_hash: str):
    row = _TOKEN.first(session, token_hash=token_hash)
    if row is not None and row.stale:
        session.execute(update(ApiToken).where(ApiToken.token_hash == token_hash).values(last_used_at=_NOW))
        session.commit()
    return row


_STAFF_KINDS = {"session": _of_session, "token": _of_token}


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


def permissions_now(session: Session, staff_id: UUID) -> list[str]:
    """What a staff member may do now, `["*"]` for everything; nothing where the account is disabled or gone."""
    row = session.execute(
        select(StaffAccount.role, StaffAccount.permissions).where(
            StaffAccount.id == staff_id, StaffAccount.disabled_at.is_(None)
        )
    ).one_or_none()
    return [] if row is None else rules.staff_permissions(row.role, row.permissions)
