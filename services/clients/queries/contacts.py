"""Contact: a client's people, as pages and the API show them. Who asks for the list has found the client."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, page_of
from chassis.errors import not_found
from chassis.events.event import rfc3339
from services.clients.models import Contact, Invitation
from services.clients.profile_fields import PERSON

_TRUTHS = {"True": True, "False": False}
_AFTER_PRIMARY = ~Contact.is_primary
CONTACT_ORDER = Order(
    "contacts", [_AFTER_PRIMARY, Contact.created_at, Contact.id], [_TRUTHS.__getitem__, datetime.fromisoformat, UUID]
)

IS_CONTACT = Contact.removed_at.is_(None)
_OPEN = and_(
    Invitation.contact_id == Contact.id,
    Invitation.used_at.is_(None),
    Invitation.ended_at.is_(None),
    Invitation.expires_at > func.now(),
)
_CONTACTS = (
    select(
        Contact.id,
        Contact.is_primary,
        *(getattr(Contact, name) for name in PERSON),
        Contact.phone_e164,
        Contact.role,
        Contact.last_login_at,
        Contact.status,
        Contact.login_id,
        Contact.confirmation_asked_at,
        Invitation.created_at.label("invited_at"),
    )
    .outerjoin(Invitation, _OPEN)
    .where(IS_CONTACT, Contact.client_id == bindparam("client_id"))
)
_PAGE = CompiledPage(_CONTACTS, CONTACT_ORDER)
_COUNT = CompiledSelect(
    select(func.count()).select_from(Contact).where(Contact.client_id == bindparam("client_id"), IS_CONTACT)
)
_ONE = CompiledSelect(_CONTACTS.where(Contact.id == bindparam("contact_id")))


def contact_page(session: Session, client_id: UUID, **page) -> dict:
    """A page of the client's contacts, the primary one first, then by age. `invited_at`: an invitation of theirs is
    open; `can_sign_in`: a login stands behind them; `portal_access`: how far they have come into the portal."""
    rows, cursors = _PAGE.fetch(session, client_id=client_id, **page, dump=_rows)
    return page_of(rows, cursors, total=_COUNT.scalar(session, client_id=client_id))


def _rows(rows) -> list[dict]:
    return [_contact(row) for row in rows]


def one_contact(session: Session, client_id: UUID, contact_id: UUID) -> dict:
    """A contact as `contact_page` shows it; `not-found` for an absent, a removed and another client's."""
    row = _ONE.first(session, client_id=client_id, contact_id=contact_id)
    if row is None:
        raise not_found()
    return _contact(row)


def contact_row(session: Session, client_id: UUID, contact_id: UUID) -> Contact:
    """The client's contact; `not-found` for an absent, a removed and another client's. The caller holds the stream."""
    contact = session.scalar(
        select(Contact).where(Contact.client_id == client_id, Contact.id == contact_id, IS_CONTACT)
    )
    if contact is None:
        raise not_found()
    return contact


def _contact(row) -> dict:
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in PERSON},
        "phone_e164": row.phone_e164,
        "role": row.role,
        "status": row.status,
        "primary": row.is_primary,
        "last_login_at": row.last_login_at and rfc3339(row.last_login_at),
        "invited_at": row.invited_at and rfc3339(row.invited_at),
        "can_sign_in": row.login_id is not None,
        "portal_access": _portal_access(row),
    }


def _portal_access(row) -> str:
    if row.status == "inactive":
        return "disabled"
    if row.confirmation_asked_at is not None:
        return "waits_for_confirmation"
    if row.login_id is not None:
        return "can_sign_in"
    return "not_invited" if row.invited_at is None else "invited"
