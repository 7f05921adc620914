"""Events of the support service. Whatever people write (subjects, messages) is personal."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class _TicketFacts(Schema):
    """The ticket's number, and how it stands after the change; of the staff member it is assigned to the id alone."""

    number = fields.Integer(required=True)
    status = fields.String(required=True)
    priority = fields.String()
    department = fields.String(allow_none=True)
    assigned_to_id = fields.String(allow_none=True)


class TicketOpened(Event):
    """A ticket was opened, by the client or for it; `reply_id` is its first message's."""

    type = "ticket.opened.v1"
    personal_names = frozenset({"body", "subject"})

    class facts_schema(_TicketFacts):
        priority = fields.String(required=True)
        department = fields.String(required=True, allow_none=True)
        reply_id = fields.String()


class TicketReplied(Event):
    """Somebody wrote in a ticket's thread, to be read by both sides."""

    type = "ticket.replied.v1"
    personal_names = frozenset({"body"})

    class facts_schema(_TicketFacts):
        reply_id = fields.String(required=True)


class TicketInternalNoteAdded(Event):
    """Staff wrote a note into a ticket that the client never sees."""

    type = "ticket.internal_note_added.v1"
    personal_names = frozenset({"body"})

    class facts_schema(_TicketFacts):
        reply_id = fields.String(required=True)


class TicketUpdated(Event):
    """A ticket's status, priority, department, assignment or subject was changed."""

    type = "ticket.updated.v1"
    personal_names = frozenset({"assigned_to", "subject"})

    class facts_schema(_TicketFacts):
        """Nothing more: `changes` says what became of what."""
