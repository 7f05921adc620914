"""Events of support, generated from their JSON Schemas by `python -m tools.docs`; do not edit."""

from dataclasses import dataclass

from commerce_events.event import Event


@dataclass(frozen=True, kw_only=True)
class TicketInternalNoteAddedFacts:
    """The facts of `ticket.internal_note_added.v1`."""

    assigned_to_id: str | None = None
    department: str | None = None
    number: int
    priority: str | None = None
    reply_id: str
    status: str


@dataclass(frozen=True, kw_only=True)
class TicketInternalNoteAdded(Event):
    """Staff wrote a note into a ticket that the client never sees."""

    TYPE = "ticket.internal_note_added.v1"
    SERVICE = "support"

    facts: TicketInternalNoteAddedFacts


@dataclass(frozen=True, kw_only=True)
class TicketOpenedFacts:
    """The facts of `ticket.opened.v1`."""

    assigned_to_id: str | None = None
    department: str | None
    number: int
    priority: str
    reply_id: str | None = None
    status: str


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Event):
    """A ticket was opened, by the client or for it; `reply_id` is its first message's."""

    TYPE = "ticket.opened.v1"
    SERVICE = "support"

    facts: TicketOpenedFacts


@dataclass(frozen=True, kw_only=True)
class TicketRepliedFacts:
    """The facts of `ticket.replied.v1`."""

    assigned_to_id: str | None = None
    department: str | None = None
    number: int
    priority: str | None = None
    reply_id: str
    status: str


@dataclass(frozen=True, kw_only=True)
class TicketReplied(Event):
    """Somebody wrote in a ticket's thread, to be read by both sides."""

    TYPE = "ticket.replied.v1"
    SERVICE = "support"

    facts: TicketRepliedFacts


@dataclass(frozen=True, kw_only=True)
class TicketUpdatedFacts:
    """The facts of `ticket.updated.v1`."""

    assigned_to_id: str | None = None
    department: str | None = None
    number: int
    priority: str | None = None
    status: str


@dataclass(frozen=True, kw_only=True)
class TicketUpdated(Event):
    """A ticket's status, priority, department, assignment or subject was changed."""

    TYPE = "ticket.updated.v1"
    SERVICE = "support"

    facts: TicketUpdatedFacts
