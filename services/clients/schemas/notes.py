"""Note: schemas of what staff write about a client."""

from chassis.types.answers import Moment, page_of
from chassis.types.fields import Flag, IdField, PathId, Text
from services.clients.schemas import OneClient
from services.clients.schemas.clients import StickyNoteAnswer

LONGEST_NOTE = 10_000


class AddNote(OneClient):
    """`add_note`: a text as people write it, whether it stands on the record's head, and the note that it corrects."""

    body = Text(LONGEST_NOTE, single_line=False, min_length=1, required=True)
    sticky = Flag(load_default=False)
    supersedes = IdField(load_default=None, allow_none=True)


class OneNote(OneClient):
    """One note of a client."""

    note_id = PathId(required=True)


class NoteAnswer(StickyNoteAnswer):
    """A note; `superseded_by` is its correction, `unpinned_at` when it left the record's head."""

    sticky = Flag()
    supersedes = IdField(allow_none=True)
    superseded_by = IdField(allow_none=True)
    unpinned_at = Moment(allow_none=True)


NotePage = page_of(NoteAnswer)
