"""What the support service's doors take."""

from marshmallow import Schema, fields, validate

from chassis.fields import ClientPageArguments, IdField
from services.support.rules import STATUSES


class TicketPage(ClientPageArguments):
    """A page of a client's tickets, of one status or of all."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STATUSES))


class OneTicket(Schema):
    """One ticket of a client."""

    client_id = IdField(required=True)
    ticket_id = fields.String(required=True)


class ClientArguments(Schema):
    """One client."""

    client_id = IdField(required=True)
