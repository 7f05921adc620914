"""Staff account, as pages and programs see it; never a hash, a secret or a code."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from chassis.db.paging import Order, fetch_page, page_of
from chassis.errors import not_found
from chassis.permissions import Permission
from chassis.types.ids import parse_id
from chassis.types.text import COLLATION
from services.clients import rules
from services.clients.models import ApiToken, Login, SecondFactor, SignInSession, StaffAccount
from services.clients.queries.credentials import moment, second_factor, session_rows

STATUS = case(
    (StaffAccount.disabled_at.is_not(None), "disabled"), (Login.password_hash.is_(None), "invited"), else_="active"
)
ORDER = Order("staff", [StaffAccount.name.collate(COLLATION), StaffAccount.id], [str, parse_id])


def _accounts() -> Select:
    last = select(func.max(SignInSession.created_at)).where(SignInSession.staff_id == StaffAccount.id).scalar_subquery()
    return (
        select(
            StaffAccount.id,
            StaffAccount.name,
            Login.email,
            StaffAccount.role,
            StaffAccount.permissions,
            StaffAccount.version,
            StaffAccount.second_factor_required,
            StaffAccount.created_at,
            STATUS.label("status"),
            last.label("last_signed_in_at"),
            SecondFactor.secret.is_not(None).label("second_factor"),
        )
        .join(Login, Login.id == StaffAccount.login_id)
        .outerjoin(SecondFactor, SecondFactor.owner_id == StaffAccount.id)
    )


def staff_page(session: Session, *, status: str | None, **page) -> dict:
    """A page of staff by name, with `counts` by status."""
    of = select(STATUS.label("status"), func.count()).select_from(StaffAccount).join(Login).group_by(STATUS)
    counts = dict.fromkeys(rules.STAFF_STATUSES, 0) | dict(session.execute(of).all())
    statement = _accounts() if status is None else _accounts().where(status == STATUS)
    rows, cursors = fetch_page(session, statement, ORDER, **page, dump=_rows)
    total = counts[status] if status else sum(counts.values())
    return {**page_of(rows, cursors, total=total), "counts": counts}


def _rows(rows) -> list[dict]:
    return [_shown(row) for row in rows]


def staff_record(session: Session, staff_id: UUID) -> dict:
    """One account: as in the list, and every permission as `{slug: given}`, and what the role alone would give."""
    row = session.execute(_accounts().where(StaffAccount.id == staff_id)).one_or_none()
    if row is None:
        raise not_found()
    held = rules.staff_permissions(row.role, row.permissions)
    return {
        **_shown(row),
        "version": row.version,
        "permissions": {str(one): "*" in held or str(one) in held for one in Permission},
    }


def presets() -> dict[str, list[str]]:
    """What each role may do: {role: [permission]}."""
    return {role: sorted(map(str, rules.PRESETS.get(role, Permission))) for role in rules.STAFF_ROLES}


def my_account(session: Session, staff_id: UUID, token_hash: str | None, second_factor_roles: Collection[str]) -> dict:
    """What somebody sees of themselves: record, second factor, sessions (`current` is the one of `token_hash`),
    tokens."""
    record = staff_record(session, staff_id)
    required = rules.needs_second_factor(record["role"], record["second_factor_required"], second_factor_roles)
    return {
        "account": record,
        "second_factor": {**second_factor(session, staff_id), "required": required},
        "sessions": session_rows(session, SignInSession.staff_id, staff_id, token_hash),
        "tokens": token_rows(session, staff_id),
    }


def token_rows(session: Session, staff_id: UUID) -> list[dict]:
    """The tokens that are alive, the newest first; `permissions` is null for all that their owner may do."""
    return [_token(row) for row in session.execute(_tokens(staff_id))]


def token_row(session: Session, staff_id: UUID, token_id: UUID) -> dict:
    """One of these."""
    return _token(session.execute(_tokens(staff_id).where(ApiToken.id == token_id)).one())


def _tokens(staff_id: UUID) -> Select:
    return (
        select(
            ApiToken.id,
            ApiToken.name,
            ApiToken.hint,
            ApiToken.permissions,
            ApiToken.created_at,
            ApiToken.last_used_at,
            ApiToken.expires_at,
        )
        .where(
            ApiToken.staff_id == staff_id,
            ApiToken.revoked_at.is_(None),
            func.coalesce(ApiToken.expires_at > func.now(), True),
        )
        .order_by(ApiToken.id.desc())
    )


def _token(row) -> dict:
    return {
        "id": str(row.id),
        "name": row.name,
        "hint": row.hint,
        "permissions": row.permissions,
        "created_at": moment(row.created_at),
        "last_used_at": moment(row.last_used_at),
        "expires_at": moment(row.expires_at),
    }


def _shown(row) -> dict:
    return {
        "id": str(row.id),
        "name": row.name,
        "email": row.email,
        "role": row.role,
        "status": row.status,
        "overrides": row.permissions,
        "second_factor": "on" if row.second_factor else "off",
        "second_factor_required": row.second_factor_required,
        "last_signed_in_at": moment(row.last_signed_in_at),
        "created_at": moment(row.created_at),
    }


def staff_names(session: Session) -> dict:
    """The staff members that are not disabled, by name: `{"data": [{id, name}]}`."""
    rows = session.execute(
        select(StaffAccount.id, StaffAccount.name)
        .where(StaffAccount.disabled_at.is_(None))
        .order_by(StaffAccount.name.collate(COLLATION), StaffAccount.id)
    )
    return {"data": [{"id": str(row.id), "name": row.name} for row in rows]}
