"""Note: append-only. The author is whoever the signed context names."""

from uuid import UUID

from sqlalchemy import func, select, update

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients.events import NoteAdded, NotePinned, NoteUnpinned
from services.clients.models import Note
from services.clients.queries.clients import require_client
from services.clients.queries.notes import one_note

# Taken once the stream is held, so that the order of notes is the order of their events.
NOW = func.clock_timestamp()


def add_note(open_uow: UnitOfWorkOpener, *, client_id: UUID, body: str, sticky: bool, supersedes: UUID | None) -> dict:
    """Write a note; with `supersedes` it corrects that one, which is unpinned by the same change. Answers the new note.

    Raises 422 for a note to correct that the client does not have, `invalid-state` for one that was corrected already.
    """
    with open_uow(stream=client_id) as uow:
        require_client(uow.session, client_id)
        corrected = _to_correct(uow.session, client_id, supersedes)
        changes = _correction(corrected, body, sticky)
        note = Note(
            client_id=client_id,
            body=body,
            sticky=sticky,
            author_id=UUID(uow.caller.id),
            author_name=uow.caller.name,
            supersedes=supersedes,
            created_at=NOW,
        )
        uow.session.add(note)
        if corrected and corrected.sticky:
            _unpin(uow.session, corrected.id)
        uow.session.flush()
        uow.publish(
            NoteAdded(
                client_id=client_id,
                entity=("note", note.id),
                personal={"body": body},
                facts={"sticky": sticky, "supersedes": supersedes and str(supersedes)},
                changes=changes,
            )
        )
        return uow.record_answer(one_note(uow.session, client_id, note.id))


def pin_note(open_uow: UnitOfWorkOpener, *, client_id: UUID, note_id: UUID) -> dict:
    """Put a note on the record's head, whether or not it stood there before; its text stays as written. Answers the note.

    Raises `invalid-state` for a note that is pinned, and for one that was corrected: its correction can be.
    """
    with open_uow(stream=client_id) as uow:
        note = _note_of(uow.session, client_id, note_id)
        if _is_pinned(note):
            raise ServiceProblem("invalid-state", "This note is pinned already.")
        _refuse_corrected(uow.session, note_id)
        uow.session.execute(update(Note).where(Note.id == note_id).values(sticky=True, unpinned_at=None))
        uow.publish(
            NotePinned(
                client_id=client_id,
                entity=("note", note_id),
                facts={},
                changes=[{"field": "sticky", "old": False, "new": True}],
            )
        )
        return uow.record_answer(one_note(uow.session, client_id, note_id))


def unpin_note(open_uow: UnitOfWorkOpener, *, client_id: UUID, note_id: UUID) -> dict:
    """Take a sticky note off the record's head; the note stays. Answers the note.

    Raises `invalid-state` for a note that is not pinned: nothing would change, so nothing may be published.
    """
    with open_uow(stream=client_id) as uow:
        if not _is_pinned(_note_of(uow.session, client_id, note_id)):
            raise ServiceProblem("invalid-state", "This note is not pinned.")
        _unpin(uow.session, note_id)
        uow.publish(
            NoteUnpinned(
                client_id=client_id,
                entity=("note", note_id),
                facts={},
                changes=[{"field": "sticky", "old": True, "new": False}],
            )
        )
        return uow.record_answer(one_note(uow.session, client_id, note_id))


def _to_correct(session, client_id: UUID, note_id: UUID | None) -> Note | None:
    if note_id is None:
        return None
    note = session.get(Note, note_id)
    if note is None or note.client_id != client_id:
        raise field_problem("/supersedes", "This client has no such note.")
    _refuse_corrected(session, note_id)
    return note


def _note_of(session, client_id: UUID, note_id: UUID) -> Note:
    note = session.get(Note, note_id)
    if note is None or note.client_id != client_id:
        raise not_found()
    return note


def _is_pinned(note: Note) -> bool:
    return note.sticky and note.unpinned_at is None


def _refuse_corrected(session, note_id: UUID) -> None:
    if session.scalar(select(Note.id).where(Note.supersedes == note_id)) is not None:
        raise ServiceProblem("invalid-state", "This note was corrected already; its correction stands in its place.")


def _unpin(session, note_id: UUID) -> None:
    session.execute(update(Note).where(Note.id == note_id, Note.unpinned_at.is_(None)).values(unpinned_at=NOW))


def _correction(corrected: Note | None, body: str, sticky: bool) -> list[dict]:
    """What a correction changes; a note that corrects none changes nothing."""
    if corrected is None:
        return []
    changes = [("body", corrected.body, body), ("sticky", _is_pinned(corrected), sticky)]
    return [{"field": field, "old": old, "new": new} for field, old, new in changes if old != new]
