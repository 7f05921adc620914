"""What belongs to one client: contacts, notes, custom field values. Who asks for a list has found the client."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from chassis.db.paging import Order, fetch_page, page_of
from chassis.errors import not_found
from chassis.events.event import rfc3339
from services.clients.models import Contact, CustomField, CustomFieldValue, Invitation, Note

_AFTER_PRIMARY = ~Contact.is_primary
_PINNED = and_(Note.sticky, Note.unpinned_at.is_(None))


def _truth(text: str) -> bool:
    return {"True": True, "False": False}[text]


CONTACT_ORDER = Order(
    "contacts", [_AFTER_PRIMARY, Contact.created_at, Contact.id], [_truth, datetime.fromisoformat, UUID]
)
NOTE_ORDER = Order(
    "notes", [_PINNED, Note.created_at, Note.id], [_truth, datetime.fromisoformat, UUID], descending=True
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
        Contact.first_name,
        Contact.last_name,
        Contact.email,
        Contact.phone,
        Contact.phone_e164,
        Contact.role,
        Contact.last_login_at,
        Contact.status,
        Contact.login_id,
        Invitation.created_at.label("invited_at"),
    )
    .outerjoin(Invitation, _OPEN)
    .where(IS_CONTACT)
)
_CORRECTION = aliased(Note)
_NOTES = select(
    Note.id,
    Note.body,
    Note.sticky,
    Note.author_id,
    Note.author_name,
    Note.created_at,
    Note.supersedes,
    Note.unpinned_at,
    _CORRECTION.id.label("superseded_by"),
).outerjoin(_CORRECTION, _CORRECTION.supersedes == Note.id)


def contact_page(session: Session, client_id: UUID, **page) -> dict:
    """A page of the client's contacts, the primary one first, then by age. `invited_at`: an invitation of theirs is
    open; `can_sign_in`: a login stands behind them."""
    rows, cursors = fetch_page(session, _CONTACTS.where(Contact.client_id == client_id), CONTACT_ORDER, **page)
    total = session.scalar(select(func.count()).select_from(Contact).where(Contact.client_id == client_id, IS_CONTACT))
    return page_of([_contact(row) for row in rows], cursors, total=total)


def one_contact(session: Session, client_id: UUID, contact_id: UUID) -> dict:
    """A contact as `contact_page` shows it; `not-found` for an absent, a removed and another client's."""
    row = session.execute(_CONTACTS.where(Contact.client_id == client_id, Contact.id == contact_id)).one_or_none()
    if row is None:
        raise not_found()
    return _contact(row)


def note_page(session: Session, client_id: UUID, **page) -> dict:
    """A page of the client's notes: sticky ones first, then the newest. `superseded_by` names a note's correction."""
    rows, cursors = fetch_page(session, _NOTES.where(Note.client_id == client_id), NOTE_ORDER, **page)
    total = session.scalar(select(func.count()).select_from(Note).where(Note.client_id == client_id))
    return page_of([_note(row) for row in rows], cursors, total=total)


def one_note(session: Session, client_id: UUID, note_id: UUID) -> dict:
    """A note as `note_page` shows it; `not-found` for an absent and another client's."""
    row = session.execute(_NOTES.where(Note.client_id == client_id, Note.id == note_id)).one_or_none()
    if row is None:
        raise not_found()
    return _note(row)


def custom_field_values(session: Session, client_id: UUID) -> dict:
    """Every field in its order with the client's value, None where it has none."""
    rows = session.execute(
        select(
            CustomField.id,
            CustomField.label,
            CustomField.type,
            CustomField.options,
            CustomField.required,
            CustomField.visibility,
            CustomFieldValue.value,
        )
        .outerjoin(
            CustomFieldValue, and_(CustomFieldValue.field_id == CustomField.id, CustomFieldValue.client_id == client_id)
        )
        .order_by(CustomField.position, CustomField.id)
    )
    return {
        "data": [
            {
                "id": str(row.id),
                "label": row.label,
                "type": row.type,
                "value": row.value,
                "visibility": row.visibility,
                "options": row.options,
                "required": row.required,
            }
            for row in rows
        ]
    }


def _contact(row) -> dict:
    return {
        "id": str(row.id),
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "phone": row.phone,
        "phone_e164": row.phone_e164,
        "role": row.role,
        "status": row.status,
        "primary": row.is_primary,
        "last_login_at": row.last_login_at and rfc3339(row.last_login_at),
        "invited_at": row.invited_at and rfc3339(row.invited_at),
        "can_sign_in": row.login_id is not None,
    }


def _note(row) -> dict:
    return {
        "id": str(row.id),
        "body": row.body,
        "sticky": row.sticky,
        "author": {"id": str(row.author_id), "name": row.author_name},
        "created_at": rfc3339(row.created_at),
        "supersedes": row.supersedes and str(row.supersedes),
        "superseded_by": row.superseded_by and str(row.superseded_by),
        "unpinned_at": row.unpinned_at and rfc3339(row.unpinned_at),
    }
