"""What the audit service's RPC methods take."""

from datetime import UTC, date, datetime, time, timedelta

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.fields import ClientPageArguments, IdField, PageArguments, WholeNumber
from services.audit.rules import CATEGORIES


class MomentField(fields.Field[datetime]):
    """A day (`2026-11-22`) or a moment (RFC 3339 with its offset) in UTC; with `last` a day means its end."""

    def __init__(self, *, last: bool = False, **kwargs):
        self.last = last
        super().__init__(**kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            if len(value) == 10:
                start = datetime.combine(date.fromisoformat(value), time(), UTC)
                return start + timedelta(days=1) if self.last else start
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError("no offset")
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError("A date such as 2026-11-22, or a time such as 2026-11-22T17:02:03Z.") from error


class Filters(Schema):
    """What narrows the log. `from` and `to` are days or moments; a day that is given as `to` belongs to the span."""

    category = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(CATEGORIES))
    actor = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=100))
    since = MomentField(data_key="from", load_default=None, allow_none=True)
    until = MomentField(data_key="to", last=True, load_default=None, allow_none=True)


class ActivityArguments(ClientPageArguments, Filters):
    """A page of one client's log. `actor` is a kind (`staff`, `contact`, `system`), an id, or a part of a name; `cause`
    is the id of a request: what it did and what that set off; `below` a number: only entries before that one."""

    below = WholeNumber(load_default=None, allow_none=True, validate=validate.Range(min=1))
    cause = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=100))


class AllActivityArguments(PageArguments, Filters):
    """A page of the log of all clients and the system. `actor` is a kind or an id."""


class ExportArguments(Filters):
    """A part of an export: of one client, or of all chains; `after` is the `next` of the part before. `form` is
    `sealed` (all that an entry's hash covers, and what it binds) or `read` (what people read)."""

    client_id = IdField(load_default=None, allow_none=True)
    form = fields.String(required=True, validate=validate.OneOf(["sealed", "read"]))
    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))


class ClientArguments(Schema):
    """One client."""

    client_id = IdField(required=True)


class SystemVerifyArguments(Schema):
    """`at_most`: look at nothing when the chain is longer."""

    at_most = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0))


class VerifyArguments(ClientArguments, SystemVerifyArguments):
    """The chain of one client."""
