"""Visits of staff to the portal (Login as Client): who is in, what ends it, and what there was."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from chassis.errors import not_found
from chassis.events import rfc3339
from chassis.paging import Order, fetch_page, page_of
from chassis.permissions import Permission
from services.clients import rules
from services.clients.models import ApiToken, Client, Contact, SignInSession, StaffAccount, Visit
from services.clients.queries import portal

IDLE = timedelta(minutes=10)
GRACE = timedelta(seconds=10)
SEEN_EVERY = timedelta(seconds=15)
NEWEST_FIRST = Order("visits", [Visit.started_at, Visit.id], [datetime.fromisoformat, UUID], descending=True)

_NOW = func.clock_timestamp()
_OVER = or_(SignInSession.ended_at.is_not(None), SignInSession.expires_at <= _NOW)
_REVOKED = or_(ApiToken.revoked_at.is_not(None), ApiToken.expires_at <= _NOW)
# In the order in which they are named when several are true.
_CAUSES = {
    "staff-disabled": StaffAccount.disabled_at.is_not(None), "signed-out": _OVER, "token-revoked": _REVOKED,
    "contact-inactive": ~portal.MAY_ENTER, "client-inactive": Client.status == "inactive", "limit": Visit.expires_at <= _NOW,
    "handoff-expired": and_(Visit.entered_at.is_(None), Visit.handoff_expires_at <= _NOW),
    "idle": and_(Visit.entered_at.is_not(None), Visit.last_seen_at <= _NOW - IDLE), "tab-closed": Visit.left_at <= _NOW - GRACE,
}
_VISITS = (
    portal.CONTACT.add_columns(
        Visit.id.label("visit_id"), Visit.staff_id, Visit.started_at, Visit.entered_at, Visit.ended_at, Visit.end_cause,
        Visit.expires_at, StaffAccount.name.label("staff_name"), StaffAccount.role.label("staff_role"),
        StaffAccount.permissions, StaffAccount.version,
        or_(Visit.last_seen_at < _NOW - SEEN_EVERY, Visit.left_at.is_not(None)).label("stale"),
        *(condition.label(cause) for cause, condition in _CAUSES.items()))
    .join(Visit, Visit.contact_id == Contact.id).join(StaffAccount, StaffAccount.id == Visit.staff_id)
    .outerjoin(SignInSession, SignInSession.id == Visit.staff_session_id).outerjoin(ApiToken, ApiToken.id == Visit.token_id))


def find(session: Session, *which):
    """The visit that fits `which`, with all that may end it; None where there is none."""
    return session.execute(_VISITS.where(*which)).one_or_none()


def running(session: Session) -> list:
    """The visits that nobody has ended yet, as `find` has them."""
    return session.execute(_VISITS.where(Visit.ended_at.is_(None)).order_by(Visit.id)).all()


def end_cause(visit) -> str | None:
    """Why a running visit has to end now: the account, the permission, the way it was started by, client and contact, time, or
    the closed tab. None while it may go on."""
    held = rules.staff_permissions(visit.staff_role, visit.permissions)
    true = [cause for cause in _CAUSES if visit._mapping[cause]]
    if true[:1] != ["staff-disabled"] and not rules.holds_all(held, [str(Permission.CLIENTS_IMPERSONATE)]):
        return "permission-lost"
    return true[0] if true else None


def principal(session: Session, visit) -> dict:
    """The staff member of a running visit, acting as the contact: with what the contact may do. Notes the use."""
    if visit.stale:
        session.execute(update(Visit).where(Visit.id == visit.visit_id).values(last_seen_at=_NOW, left_at=None))
        session.commit()
    acting_as = {"contact_id": str(visit.id), "name": portal.full_name(visit), "visit_id": str(visit.visit_id)}
    return {**portal.contact_principal(visit), "kind": "staff", "id": str(visit.staff_id), "name": visit.staff_name,
            "permissions_version": visit.version, "acting_as": acting_as,
            "visit": {"id": str(visit.visit_id), "ends_at": rfc3339(visit.expires_at)}}


def visits_of_client(session: Session, client_id: UUID, **page) -> dict:
    """A page of the visits to one client, the newest first.

    Each is {id, staff{id, name}, contact{id, name}, reason, started_at, entered_at, ended_at, end_cause, ends_at}: never where
    the staff member was.
    """
    rows, cursors = fetch_page(session, _shown().where(Visit.client_id == client_id), NEWEST_FIRST, **page)
    total = session.scalar(select(func.count()).select_from(Visit).where(Visit.client_id == client_id))
    return page_of([_row(row) for row in rows], cursors, total=total)


def one_visit(session: Session, client_id: UUID, visit_id: UUID) -> dict:
    """A visit as `visits_of_client` shows it; `not-found` for an absent and another client's."""
    row = session.execute(_shown().where(Visit.client_id == client_id, Visit.id == visit_id)).one_or_none()
    if row is None:
        raise not_found()
    return _row(row)


def _shown() -> Select:
    return select(Visit.id, Visit.staff_id, StaffAccount.name, Visit.contact_id, Contact.first_name, Contact.last_name,
                  Visit.reason, Visit.started_at, Visit.entered_at, Visit.ended_at, Visit.end_cause, Visit.expires_at).join(
        StaffAccount, StaffAccount.id == Visit.staff_id).join(Contact, Contact.id == Visit.contact_id)


def _row(row) -> dict:
    moments = {name: getattr(row, name) and rfc3339(getattr(row, name))
               for name in ("started_at", "entered_at", "ended_at")}
    return {"id": str(row.id), "staff": {"id": str(row.staff_id), "name": row.name},
            "contact": {"id": str(row.contact_id), "name": portal.full_name(row)}, "reason": row.reason, **moments,
            "end_cause": row.end_cause, "ends_at": rfc3339(row.expires_at)}
