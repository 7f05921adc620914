"""What the RPC methods of the notes take."""

from chassis.types.fields import Flag, IdField, Text
from services.clients.schemas import OneClient, PathId

LONGEST_NOTE = 10_000


class AddNote(OneClient):
    """`add_note`: a text as people write it, whether it stands on the record's head, and the note that it corrects."""

    body = Text(LONGEST_NOTE, single_line=False, min_length=1, required=True)
    sticky = Flag(load_default=False)
    supersedes = IdField(load_default=None, allow_none=True)


class OneNote(OneClient):
    """One note of a client."""

    note_id = PathId(required=True)
