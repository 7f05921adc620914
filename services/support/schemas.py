"""Request and response schemas of the support service's RPC methods."""

from marshmallow import Schema, fields, validate

from chassis.listings.arguments import ListingArguments, WordList, count_arguments, filter_text
from chassis.types.answers import Answer, Moment, PageAnswer, counts_of, list_of, page_of
from chassis.types.fields import ClientPageArguments, DayField, Flag, IdField, PageArguments, PathId, Text
from services.support import filter_fields
from services.support.rules import AUTHORS, GROUPS, PRIORITIES, STATUSES

LONGEST_SUBJECT, LONGEST_MESSAGE = 200, 20_000


class TicketPage(ClientPageArguments):
    """A page of a client's tickets, of one status or of all; `on_record` asks for the head of the record too."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STATUSES))
    on_record = Flag(load_default=False)


class ClientArguments(Schema):
    """One client."""

    client_id = IdField(required=True)


class OverviewArguments(ClientArguments):
    """`get_overview`: all of it, or the counts alone."""

    counts_only = Flag(load_default=False)


class OneTicket(ClientArguments):
    """One ticket of a client."""

    ticket_id = PathId(required=True)


class Thread(Schema):
    """A page of a thread: without a cursor the newest messages."""

    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))
    before = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))


class ThreadPage(OneTicket, Thread):
    """`get_ticket`."""


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
    name = Text(100, required=True)


class UpdateTicket(OneTicket):
    """`update_ticket`: what is given changes, the rest stays; `department` and `assigned_to` may be none."""

    subject = Text(LONGEST_SUBJECT, min_length=1)
    status = fields.String(validate=validate.OneOf(STATUSES))
    priority = fields.String(validate=validate.OneOf(PRIORITIES))
    department = Text(100, allow_none=True)
    assigned_to = fields.Nested(Assignee, allow_none=True)


class PortalTicketPage(PageArguments):
    """A page of the client's tickets, of one group of states or of all."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(tuple(GROUPS)))


class PortalTicketArguments(Schema):
    """One ticket of the client whose portal it is."""

    ticket_id = PathId(required=True)


class PortalThreadPage(PortalTicketArguments, Thread):
    """`portal_ticket`."""


class PortalOpenTicket(Question):
    """`portal_open_ticket`."""


class PortalReplyTicket(PortalTicketArguments, Message):
    """`portal_reply_ticket`."""


class Department(Answer):
    """Who answers tickets."""

    id = IdField()
    name = fields.String()


DepartmentList = list_of(Department)


class Author(Answer):
    """Who wrote a message; an id is a staff member's or a contact's."""

    kind = fields.String(validate=validate.OneOf(AUTHORS))
    id = fields.String(allow_none=True)
    name = fields.String()


class TicketMessage(Answer):
    """A message of a thread, as staff read it."""

    id = IdField()
    author = fields.Nested(Author)
    body = fields.String()
    internal = Flag()
    created_at = Moment()


class StaffName(Answer):
    """A staff member, by the name that they had then."""

    id = IdField()
    name = fields.String()


class LastReply(Answer):
    """Who replied last."""

    kind = fields.String(validate=validate.OneOf(AUTHORS))
    name = fields.String(allow_none=True)


class TicketRow(Answer):
    """A ticket in a list of staff's."""

    id = IdField()
    number = fields.Integer()
    subject = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    priority = fields.String(validate=validate.OneOf(PRIORITIES))
    department = fields.String(allow_none=True)
    assigned_to = fields.Nested(StaffName, allow_none=True)
    opened_at = Moment()
    last_reply_at = Moment(allow_none=True)
    last_reply_by = fields.Nested(LastReply, allow_none=True)


class TicketHead(Answer):
    """What a record's head shows of tickets."""

    counts = counts_of("tickets", "open")


TicketList = page_of(TicketRow, counts=counts_of(*STATUSES), head=fields.Nested(TicketHead, load_default=None))


class AllTickets(ListingArguments):
    """`list_all_tickets`: `q` is a number or words of the subject; `from` and `to` are days in UTC on which somebody
    replied last; `assigned` is a staff account."""

    status = WordList(STATUSES, load_default=None, allow_none=True)
    priority = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(PRIORITIES))
    assigned = IdField(load_default=None, allow_none=True)
    since = DayField(data_key="from", load_default=None, allow_none=True)
    until = DayField(data_key="to", load_default=None, allow_none=True)
    filter = filter_text(filter_fields.TICKETS)
    sort = fields.String(load_default="-active", validate=validate.OneOf(["active", "-active", "number", "-number"]))


class ListedTicket(TicketRow):
    """A ticket in the list over all clients."""

    client_id = IdField()


class TicketCount(Answer):
    """How many tickets are listed."""

    count = fields.Integer()


AllTicketsList = page_of(ListedTicket, totals=fields.List(fields.Nested(TicketCount), allow_none=True))


CountListed = count_arguments("tickets")


class WaitingTickets(Answer):
    """How many tickets wait for an answer, up to a limit."""

    tickets = fields.Integer()


class TicketThread(TicketRow):
    """A ticket with a page of its messages, oldest first; `page.next` goes on to older ones. `moves` are the statuses
    that staff may choose now."""

    moves = fields.List(fields.String(validate=validate.OneOf(STATUSES)))
    replies = fields.List(fields.Nested(TicketMessage))
    replies_total = fields.Integer()
    page = fields.Nested(PageAnswer)


class TicketOverview(TicketHead):
    """What the Overview of a client's record shows of tickets."""

    open = fields.List(fields.Nested(TicketRow), load_default=None)


class PortalAuthor(Answer):
    """Who wrote a message; `own` when the reader did."""

    kind = fields.String(validate=validate.OneOf(AUTHORS))
    name = fields.String()
    own = Flag()


class PortalMessage(Answer):
    """A message that both sides read."""

    id = IdField()
    author = fields.Nested(PortalAuthor)
    body = fields.String()
    created_at = Moment()


class PortalLastReply(Answer):
    """From which side the last reply came."""

    kind = fields.String(validate=validate.OneOf(AUTHORS))


class PortalTicketRow(Answer):
    """A ticket in a list of the portal's."""

    id = IdField()
    number = fields.Integer()
    subject = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    department = fields.String(allow_none=True)
    opened_at = Moment()
    last_reply_at = Moment(allow_none=True)
    last_reply_by = fields.Nested(PortalLastReply, allow_none=True)


PortalTicketList = page_of(PortalTicketRow, counts=counts_of(*GROUPS))


class PortalThread(PortalTicketRow):
    """A ticket with a page of the messages that both sides read."""

    replies = fields.List(fields.Nested(PortalMessage))
    replies_total = fields.Integer()
    page = fields.Nested(PageAnswer)
