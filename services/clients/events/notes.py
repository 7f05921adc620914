"""Events of notes."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class NoteAdded(Event):
    """Staff wrote a note about a client; a correction names the note that it supersedes, which is unpinned with it."""

    type = "note.added.v1"
    personal_names = frozenset({"body"})

    class facts_schema(Schema):
        sticky = fields.Boolean(required=True)
        supersedes = fields.String(required=True, allow_none=True)


class NotePinned(Event):
    """Staff put a note that was written before on the client's record."""

    type = "note.pinned.v1"

    class facts_schema(Schema):
        """Nothing: the entity is the note."""


class NoteUnpinned(Event):
    """Staff took a sticky note off the client's record; the note itself stays."""

    type = "note.unpinned.v1"

    class facts_schema(Schema):
        """Nothing: the entity is the note."""
