"""What the support service's RPC methods take."""

from marshmallow import Schema, fields, validate

from chassis.errors import not_found
from chassis.types.fields import ClientPageArguments, Flag, IdField, PageArguments, Text
from chassis.types.ids import parse_id
from services.support.rules import GROUPS, PRIORITIES, STATUSES

LONGEST_SUBJECT, LONGEST_MESSAGE = 200, 20_000


class PathId(IdField):
    """The id of a record in a path: a malformed one is like one that does not exist."""

    def _deserialize(self, value, attr, data, **kwargs):
        parsed = parse_id(value)
        if parsed is None:
            raise not_found()
        return parsed


class TicketPage(ClientPageArguments):
    """A page of a client's tickets, of one status or of all."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STATUSES))


class ClientArguments(Schema):
    """One client."""

    client_id = IdField(required=True)


class OneTicket(ClientArguments):
    """One ticket of a client."""

    ticket_id = PathId(required=True)


class Message(Schema):
    """What somebody writes."""

    body = Text(LONGEST_MESSAGE, single_line=False, min_length=1, required=True)


class Question(Message):
    """A new ticket: what it is about, its first message, and the department by its name."""

    subject = Text(LONGEST_SUBJECT, min_length=1, required=True)
    department = Text(100, load_default=None, allow_none=True)


class OpenTicket(ClientArguments, Question):
    """`open_ticket`: also how urgent it is."""

    priority = fields.String(load_default="medium", validate=validate.OneOf(PRIORITIES))


class ReplyTicket(OneTicket, Message):
    """`reply_ticket`: a reply that both sides read, or an internal note that the client never sees."""

    internal = Flag(load_default=False)


class Assignee(Schema):
    """A staff member, whom the gateway has found: the id, and the name as it is now."""

    id = IdField(required=True)
    name = fields.String(required=True)


class UpdateTicket(OneTicket):
    """`update_ticket`: what is given changes, the rest stays; `department` and `assigned_to` may be none."""

    subject = Text(LONGEST_SUBJECT, min_length=1)
    status = fields.String(validate=validate.OneOf(STATUSES))
    priority = fields.String(validate=validate.OneOf(PRIORITIES))
    department = Text(100, allow_none=True)
    assigned_to = fields.Nested(Assignee, allow_none=True)


class OwnTickets(PageArguments):
    """A page of the tickets of whoever asks, of one group of states or of all."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(tuple(GROUPS)))


class OwnTicket(Schema):
    """One ticket of whoever asks."""

    ticket_id = PathId(required=True)


class OpenOwnTicket(Question):
    """`portal_open_ticket`."""


class ReplyOwnTicket(OwnTicket, Message):
    """`portal_reply_ticket`."""
