"""What belongs to one client: contacts, notes, custom field values. The caller has made sure that the client exists."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from chassis.events import rfc3339
from chassis.paging import Order, fetch_page, page_of
from services.clients.models import Contact, CustomField, CustomFieldValue, Note

_AFTER_PRIMARY = ~Contact.is_primary
_PINNED = and_(Note.sticky, Note.unpinned_at.is_(None))


def _truth(text: str) -> bool:
    return {"True": True, "False": False}[text]


CONTACT_ORDER = Order("contacts", [_AFTER_PRIMARY, Contact.created_at, Contact.id], [_truth, datetime.fromisoformat, UUID])
NOTE_ORDER = Order("notes", [_PINNED, Note.created_at, Note.id], [_truth, datetime.fromisoformat, UUID], descending=True)


def contact_page(session: Session, client_id: UUID, **page) -> dict:
    """A page of the client's contacts, the primary one first, then by age."""
    columns = select(Contact.id, Contact.is_primary, Contact.first_name, Contact.last_name, Contact.email, Contact.phone,
                     Contact.phone_e164, Contact.role, Contact.last_login_at, Contact.status)
    rows, cursors = fetch_page(session, columns.where(Contact.client_id == client_id), CONTACT_ORDER, **page)
    return page_of([_contact(row) for row in rows], cursors, total=_count(session, Contact, client_id))


def note_page(session: Session, client_id: UUID, **page) -> dict:
    """A page of the client's notes: sticky ones first, then the newest. `superseded_by` names a note's correction."""
    correction = aliased(Note)
    columns = (
        select(Note.id, Note.body, Note.sticky, Note.author_id, Note.author_name, Note.created_at, Note.supersedes,
               Note.unpinned_at, correction.id.label("superseded_by"))
        .outerjoin(correction, correction.supersedes == Note.id).where(Note.client_id == client_id))
    rows, cursors = fetch_page(session, columns, NOTE_ORDER, **page)
    return page_of([_note(row) for row in rows], cursors, total=_count(session, Note, client_id))


def custom_field_values(session: Session, client_id: UUID) -> dict:
    """Every field in its order with the client's value, None where it has none."""
    rows = session.execute(
        select(CustomField.id, CustomField.label, CustomField.type, CustomField.options, CustomField.required,
               CustomField.visibility, CustomFieldValue.value)
        .outerjoin(CustomFieldValue, and_(CustomFieldValue.field_id == CustomField.id,
                                          CustomFieldValue.client_id == client_id))
        .order_by(CustomField.position, CustomField.id))
    return {"data": [{"id": str(row.id), "label": row.label, "type": row.type, "value": row.value,
                      "visibility": row.visibility, "options": row.options, "required": row.required} for row in rows]}


def _count(session: Session, model, client_id: UUID) -> int:
    return session.scalar(select(func.count()).select_from(model).where(model.client_id == client_id))


def _contact(row) -> dict:
    return {"id": str(row.id), "first_name": row.first_name, "last_name": row.last_name, "email": row.email, "phone": row.phone,
            "phone_e164": row.phone_e164, "role": row.role, "status": row.status, "primary": row.is_primary,
            "last_login_at": row.last_login_at and rfc3339(row.last_login_at)}


def _note(row) -> dict:
    return {"id": str(row.id), "body": row.body, "sticky": row.sticky,
            "author": {"id": str(row.author_id), "name": row.author_name}, "created_at": rfc3339(row.created_at),
            "supersedes": row.supersedes and str(row.supersedes),
            "superseded_by": row.superseded_by and str(row.superseded_by),
            "unpinned_at": row.unpinned_at and rfc3339(row.unpinned_at)}
