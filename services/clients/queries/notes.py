"""Note: what staff wrote about a client. Who asks for the list has found the client."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, page_of
from chassis.errors import not_found
from chassis.events.event import rfc3339
from services.clients.models import Note

_TRUTHS = {"True": True, "False": False}
_PINNED = and_(Note.sticky, Note.unpinned_at.is_(None))
NOTE_ORDER = Order(
    "notes", [_PINNED, Note.created_at, Note.id], [_TRUTHS.__getitem__, datetime.fromisoformat, UUID], descending=True
)
_CORRECTION = aliased(Note)
_IS_OF_CLIENT = Note.client_id == bindparam("client_id")
_NOTES = (
    select(
        Note.id,
        Note.body,
        Note.sticky,
        Note.author_id,
        Note.author_name,
        Note.created_at,
        Note.supersedes,
        Note.unpinned_at,
        _CORRECTION.id.label("superseded_by"),
    )
    .outerjoin(_CORRECTION, _CORRECTION.supersedes == Note.id)
    .where(_IS_OF_CLIENT)
)
_PAGE = CompiledPage(_NOTES, NOTE_ORDER)
_COUNT = CompiledSelect(select(func.count()).select_from(Note).where(_IS_OF_CLIENT))
_ONE = CompiledSelect(_NOTES.where(Note.id == bindparam("note_id")))


def note_page(session: Session, client_id: UUID, **page) -> dict:
    """A page of the client's notes: sticky ones first, then the newest. `superseded_by` names a note's correction."""
    rows, cursors = _PAGE.fetch(session, client_id=client_id, **page, dump=_rows)
    return page_of(rows, cursors, total=_COUNT.scalar(session, client_id=client_id))


def _rows(rows) -> list[dict]:
    return [_note(row) for row in rows]


def one_note(session: Session, client_id: UUID, note_id: UUID) -> dict:
    """A note as `note_page` shows it; `not-found` for an absent and another client's."""
    row = _ONE.first(session, client_id=client_id, note_id=note_id)
    if row is None:
        raise not_found()
    return _note(row)


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
