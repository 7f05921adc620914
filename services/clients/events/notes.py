"""Events of notes."""

from marshmallow import Schema, fields

from chassis.events import Event


class NoteAdded(Event):
    """Staff wrote a note about a client; a correction names the note that it supersedes."""

    type = "note.added.v1"
    personal_names = frozenset({"body"})

    class facts_schema(Schema):
        sticky = fields.Boolean(required=True)
        supersedes = fields.String(required=True, allow_none=True)
