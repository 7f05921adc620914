"""Request and response schemas of the audit service's RPC methods."""

from datetime import UTC, date, datetime, time, timedelta

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, AnyOf, Moment, page_of
from chassis.types.fields import ClientPageArguments, Flag, IdField, PageArguments, Text, WholeNumber
from services.audit.rules import ACTOR_KINDS, CATEGORIES


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


def _has_a_word(typed: str) -> None:
    if not any(character.isalnum() for character in typed):
        raise ValidationError("A word or a number.")


class Filters(Schema):
    """What narrows the log. `q` are words, or beginnings of words, that an entry has: in its sentence, in a changed value,
    in the name of who did it. `from` and `to` are days or moments; a day that is given as `to` belongs to the span."""

    q = Text(100, min_length=1, validate=[_has_a_word], load_default=None, allow_none=True)
    category = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(CATEGORIES))
    actor = Text(100, min_length=1, load_default=None, allow_none=True)
    since = MomentField(data_key="from", load_default=None, allow_none=True)
    until = MomentField(data_key="to", last=True, load_default=None, allow_none=True)


class ActivityArguments(ClientPageArguments, Filters):
    """A page of one client's log. `actor` is a kind (`staff`, `contact`, `system`), an id, or a part of a name; `cause`
    is the id of a request: what it did and what that set off; `entity` the id of what was changed; `below` a number:
    only entries before that one."""

    below = WholeNumber(load_default=None, allow_none=True, validate=validate.Range(min=1))
    cause = Text(100, min_length=1, load_default=None, allow_none=True)
    entity = Text(100, min_length=1, load_default=None, allow_none=True)


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


class OverviewArguments(ClientArguments):
    """`get_overview`: all of it, or the count alone."""

    count_only = Flag(load_default=False)


class SystemVerifyArguments(Schema):
    """`at_most`: look at nothing when the chain is longer. `published`: the last sequence of each source's stream."""

    published = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(strict=True),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=10),
    )

    at_most = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0))


class VerifyArguments(ClientArguments, SystemVerifyArguments):
    """The chain of one client."""


class HashText(fields.String):
    """A SHA-256 in hexadecimal."""

    def __init__(self, **options):
        super().__init__(validate=validate.Regexp("^[0-9a-f]{64}$"), **options)


class Actor(Answer):
    """Who did it; what an erasure took away is named so."""

    kind = fields.String(validate=validate.OneOf(ACTOR_KINDS))
    id = fields.String(allow_none=True)
    name = fields.String()


class ActingAs(Answer):
    """The contact whom a staff member was logged in as."""

    id = fields.String()
    contact_id = fields.String()
    name = fields.String()


class Entity(Answer):
    """What was changed."""

    type = fields.String()
    id = fields.String(allow_none=True)


class Change(Answer):
    """A changed field with its two values, whatever they are."""

    field = fields.String()
    old = fields.Raw(allow_none=True)
    new = fields.Raw(allow_none=True)


class Reference(Answer):
    """Something that an action names, by its type and id; `text` is its name in the action."""

    type = fields.String()
    id = fields.String()
    text = fields.String()


class EntryRow(Answer):
    """An entry as people read it."""

    id = IdField()
    seq = fields.Integer()
    occurred_at = Moment()
    actor = fields.Nested(Actor)
    acting_as = fields.Nested(ActingAs, allow_none=True)
    action = fields.String()
    type = fields.String()
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    references = fields.List(fields.Nested(Reference))
    entity = fields.Nested(Entity)
    changes = fields.List(fields.Nested(Change))
    ip = fields.String(allow_none=True)
    cause = fields.String(allow_none=True)
    hash = HashText()


class AllEntryRow(EntryRow):
    """An entry of any chain, with the client that it belongs to; None in the `system` chain."""

    client_id = IdField(allow_none=True)


EntryList = page_of(EntryRow)
AllEntryList = page_of(AllEntryRow)


class Day(Answer):
    """How many entries a day had."""

    date = fields.Date()
    count = fields.Integer()


class ActivityOverview(Answer):
    """What the Overview of a client's record shows of the log."""

    recent = fields.List(fields.Nested(EntryRow), load_default=None)
    days = fields.List(fields.Nested(Day), load_default=None)
    count = fields.Integer()


class SealedEntry(Answer):
    """An entry with all that its hash covers (HASHED in rules.py), and the personal part beside it."""

    chain = fields.String()
    seq = fields.Integer()
    event_id = IdField()
    type = fields.String()
    category = fields.String()
    source = fields.String()
    sequence = fields.Integer()
    occurred_at = Moment()
    received_at = Moment()
    actor_kind = fields.String()
    actor_id = fields.String(allow_none=True)
    acting_as = fields.String(allow_none=True)
    entity_type = fields.String()
    entity_id = fields.String(allow_none=True)
    cause = fields.String(allow_none=True)
    facts = fields.Dict()
    changes = fields.List(fields.Dict())
    personal = fields.Dict(allow_none=True)
    prev = HashText()
    hash = HashText()


class ExportPart(Answer):
    """A part of an export: its entries in the form that was asked for, the cursor of the next, the newest checkpoint."""

    data = fields.List(AnyOf(SealedEntry, AllEntryRow))
    next = fields.String(allow_none=True)
    checkpoint = fields.Integer(allow_none=True)


class ChainFault(Answer):
    """The first place where a chain does not hold (chains.py); none of the entries where a checkpoint is forged."""

    seq = fields.Integer(allow_none=True)
    kind = fields.String()
    sealed = HashText(allow_none=True)
    found = HashText(allow_none=True)


class SequenceGap(Answer):
    """Events of a source that were published and are not in the chain, by their sequences."""

    source = fields.String()
    first = fields.Integer()
    last = fields.Integer()


class NamingCheckpoint(Answer):
    """The newest checkpoint that names the chain, with the head that it names."""

    number = fields.Integer()
    made_at = Moment()
    seq = fields.Integer()
    hash = HashText()


class ChainVerdict(Answer):
    """Whether a chain holds; `valid` is None where it has more entries than were to be looked at. The first `archived` of
    them lie in an archive."""

    entries = fields.Integer()
    archived = fields.Integer()
    head = HashText(allow_none=True)
    valid = Flag(allow_none=True)
    first_bad_seq = fields.Integer(allow_none=True)
    fault = fields.Nested(ChainFault, allow_none=True)
    gaps = fields.List(fields.Nested(SequenceGap))
    checkpoint = fields.Nested(NamingCheckpoint, allow_none=True)
    verified_at = Moment()
