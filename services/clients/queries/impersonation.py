"""Impersonation (Login as Client): the running ones, what ends them, and the list of all."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, page_of
from chassis.errors import not_found
from chassis.events.event import rfc3339
from chassis.permissions import Permission
from services.clients import rules
from services.clients.models import ApiToken, Client, Contact, Impersonation, SignInSession, StaffAccount
from services.clients.queries import portal

IDLE = timedelta(minutes=10)
GRACE = timedelta(seconds=10)
SEEN_EVERY = timedelta(seconds=15)
NEWEST_FIRST = Order(
    "impersonations", [Impersonation.started_at, Impersonation.id], [datetime.fromisoformat, UUID], descending=True
)

_NOW = func.clock_timestamp()
_OVER = or_(SignInSession.ended_at.is_not(None), SignInSession.expires_at <= _NOW)
_REVOKED = or_(ApiToken.revoked_at.is_not(None), ApiToken.expires_at <= _NOW)
# In the order in which they are named when several are true.
_CAUSES = {
    "staff-disabled": StaffAccount.disabled_at.is_not(None),
    "signed-out": _OVER,
    "token-revoked": _REVOKED,
    "contact-inactive": ~portal.MAY_ENTER,
    "client-inactive": Client.status == "inactive",
    "limit": Impersonation.expires_at <= _NOW,
    "handoff-expired": and_(Impersonation.entered_at.is_(None), Impersonation.handoff_expires_at <= _NOW),
    "idle": and_(Impersonation.entered_at.is_not(None), Impersonation.last_seen_at <= _NOW - IDLE),
    "tab-closed": Impersonation.left_at <= _NOW - GRACE,
}
_IMPERSONATIONS = (
    portal.CONTACT.add_columns(
        Impersonation.id.label("impersonation_id"),
        Impersonation.staff_id,
        Impersonation.started_at,
        Impersonation.entered_at,
        Impersonation.ended_at,
        Impersonation.end_cause,
        Impersonation.expires_at,
        StaffAccount.name.label("staff_name"),
        StaffAccount.role.label("staff_role"),
        StaffAccount.permissions,
        StaffAccount.version,
        or_(Impersonation.last_seen_at < _NOW - SEEN_EVERY, Impersonation.left_at.is_not(None)).label("stale"),
        *(condition.label(cause) for cause, condition in _CAUSES.items()),
    )
    .join(Impersonation, Impersonation.contact_id == Contact.id)
    .join(StaffAccount, StaffAccount.id == Impersonation.staff_id)
    .outerjoin(SignInSession, SignInSession.id == Impersonation.staff_session_id)
    .outerjoin(ApiToken, ApiToken.id == Impersonation.token_id)
)
_IS_OF_CLIENT = Impersonation.client_id == bindparam("client_id")
_SHOWN = (
    select(
        Impersonation.id,
        Impersonation.staff_id,
        StaffAccount.name,
        Impersonation.contact_id,
        Contact.first_name,
        Contact.last_name,
        Impersonation.reason,
        Impersonation.started_at,
        Impersonation.entered_at,
        Impersonation.ended_at,
        Impersonation.end_cause,
        Impersonation.expires_at,
    )
    .join(StaffAccount, StaffAccount.id == Impersonation.staff_id)
    .join(Contact, Contact.id == Impersonation.contact_id)
    .where(_IS_OF_CLIENT)
)
_PAGE = CompiledPage(_SHOWN, NEWEST_FIRST)
_COUNT = CompiledSelect(select(func.count()).select_from(Impersonation).where(_IS_OF_CLIENT))
_ONE = CompiledSelect(_SHOWN.where(Impersonation.id == bindparam("impersonation_id")))


def find(session: Session, *which):
    """The impersonation that fits `which`, with all that may end it; None where there is none."""
    return session.execute(_IMPERSONATIONS.where(*which)).one_or_none()


def running(session: Session) -> list:
    """The impersonations that nobody has ended yet, as `find` has them."""
    return session.execute(_IMPERSONATIONS.where(Impersonation.ended_at.is_(None)).order_by(Impersonation.id)).all()


def end_cause(impersonation) -> str | None:
    """Why a running impersonation has to end now: the account, the permission, the way it was started by, client and
    contact, time, or the closed tab. None while it may go on."""
    held = rules.staff_permissions(impersonation.staff_role, impersonation.permissions)
    true = [cause for cause in _CAUSES if impersonation._mapping[cause]]
    if true[:1] != ["staff-disabled"] and not rules.holds_all(held, [str(Permission.CLIENTS_IMPERSONATE)]):
        return "permission-lost"
    return true[0] if true else None


def principal(session: Session, impersonation) -> dict:
    """The staff member of a running impersonation, acting as the contact: with what the contact may do. Notes the
    use."""
    if impersonation.stale:
        session.execute(
            update(Impersonation)
            .where(Impersonation.id == impersonation.impersonation_id)
            .values(last_seen_at=_NOW, left_at=None)
        )
        session.commit()
    acting_as = {
        "contact_id": str(impersonation.id),
        "name": portal.full_name(impersonation),
        "impersonation_id": str(impersonation.impersonation_id),
    }
    return {
        **portal.contact_principal(impersonation),
        "kind": "staff",
        "id": str(impersonation.staff_id),
        "name": impersonation.staff_name,
        "permissions_version": impersonation.version,
        "acting_as": acting_as,
        "impersonation": {"id": str(impersonation.impersonation_id), "ends_at": rfc3339(impersonation.expires_at)},
    }


def impersonations_of_client(session: Session, client_id: UUID, **page) -> dict:
    """A page of the impersonations to one client, the newest first.

    Each is {id, staff{id, name}, contact{id, name}, reason, started_at, entered_at, ended_at, end_cause, ends_at}:
    never where the staff member was.
    """
    rows, cursors = _PAGE.fetch(session, client_id=client_id, **page, dump=_rows)
    return page_of(rows, cursors, total=_COUNT.scalar(session, client_id=client_id))


def _rows(rows) -> list[dict]:
    return [_row(row) for row in rows]


def one_impersonation(session: Session, client_id: UUID, impersonation_id: UUID) -> dict:
    """An impersonation as `impersonations_of_client` shows it; `not-found` for an absent and another client's."""
    row = _ONE.first(session, client_id=client_id, impersonation_id=impersonation_id)
    if row is None:
        raise not_found()
    return _row(row)


def _row(row) -> dict:
    moments = {
        name: getattr(row, name) and rfc3339(getattr(row, name)) for name in ("started_at", "entered_at", "ended_at")
    }
    return {
        "id": str(row.id),
        "staff": {"id": str(row.staff_id), "name": row.name},
        "contact": {"id": str(row.contact_id), "name": portal.full_name(row)},
        "reason": row.reason,
        **moments,
        "end_cause": row.end_cause,
        "ends_at": rfc3339(row.expires_at),
    }
