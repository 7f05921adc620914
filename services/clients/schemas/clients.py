"""Client: schemas of the list and of the record."""

from marshmallow import Schema, fields, validate

from chassis.filters.fields import Kind
from chassis.filters.parser import MOST_CHARACTERS
from chassis.types.answers import Answer, DecimalNumber, Moment, map_of, page_of
from chassis.types.fields import CurrencyField, Flag, IdField, MoneyField, PageArguments, Text
from chassis.types.search import SearchText
from services.clients import rules
from services.clients.filter_fields import filter_metadata
from services.clients.profile_fields import COMPANY, PERSON
from services.clients.schemas import BadgeAnswer, CustomValue, NamedAnswer, OneClient, Profile, profile_answer
from services.clients.schemas.impersonation import ImpersonationList
from services.clients.schemas.totals import ProgressAnswer
from services.clients.schemas.views import ColumnsText, FieldColumn, SortName, ViewAnswer


class GroupFilter(IdField):
    """A group's id, or `none` for clients without one."""

    def _deserialize(self, value, attr, data, **kwargs):
        return value if value == "none" else super()._deserialize(value, attr, data, **kwargs)


class Written(OneClient):
    """What the reader of a list has written: the last event of the client's stream in billing."""

    sequence = fields.Integer(required=True, strict=True)


class ListClients(PageArguments):
    """`list_clients`: search, filters and order of the client list; with `choices` it brings what to filter by."""

    q = Text(100, load_default="", allow_none=True)
    group = GroupFilter(load_default=None, allow_none=True)
    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(rules.CLIENT_STATUSES))
    tag = IdField(load_default=None, allow_none=True)
    filter = fields.String(load_default="", validate=validate.Length(max=MOST_CHARACTERS), metadata=filter_metadata())
    sort = SortName(load_default="name")
    written = fields.Nested(Written, load_default=None, allow_none=True)
    choices = Flag(load_default=False)
    fields = ColumnsText(load_default=list)


class OpenClientList(ListClients):
    """`open_client_list`: the view that it opens with, an id, `all` or `default`; without a `sort` it has the view's."""

    view = Text(40, load_default=None, allow_none=True)
    sort = SortName(load_default=None, allow_none=True)

    class Meta:
        exclude = ("fields",)


class FilterFieldAnswer(Answer):
    """A field that the list can be filtered by; `choices` are all that it can be, where it is one of some."""

    name = fields.String()
    label = fields.String()
    type = fields.String(validate=validate.OneOf([kind.title for kind in Kind]))
    operators = fields.List(fields.String())
    nullable = Flag()
    choices = fields.List(fields.String(), allow_none=True)


FilterFields = Answer.from_dict(
    {"fields": fields.List(fields.Nested(FilterFieldAnswer)), "help": fields.String()}, name="FilterFields"
)
"""What the list can be filtered by, and how."""


class ChangeStatus(OneClient):
    """A client's new status, and why."""

    status = fields.String(required=True, validate=validate.OneOf(rules.CLIENT_STATUSES))
    reason = Text(500, min_length=1, required=True, single_line=False)


class CreateClient(Profile):
    """`create_client`: profile, opening currency, group, tags, status."""

    currency = CurrencyField(required=True)
    group_id = IdField(load_default=None, allow_none=True)
    tags = fields.List(IdField(), load_default=list, validate=validate.Length(max=50))
    status = fields.String(load_default="active", validate=validate.OneOf(rules.CLIENT_STATUSES))
    allow_duplicate_email = Flag(load_default=False)


class AuthorAnswer(NamedAnswer):
    """Who wrote a note; the name is gone after an erasure."""

    name = fields.String(allow_none=True)


class StickyNoteAnswer(Answer):
    """A note on the record's head."""

    id = IdField()
    body = fields.String(allow_none=True)
    author = fields.Nested(AuthorAnswer)
    created_at = Moment()


class ClientRow(Answer):
    """A client in the list."""

    id = IdField()
    name = fields.String()
    company = fields.String()
    contact_name = fields.String()
    email = fields.String()
    group = fields.Nested(BadgeAnswer, allow_none=True)
    tags = fields.List(fields.Nested(BadgeAnswer))
    status = fields.String(validate=validate.OneOf(rules.CLIENT_STATUSES))
    last_login_at = Moment(allow_none=True)
    joined_at = Moment()
    active_services = fields.Integer(strict=True)
    suspended_services = fields.Integer(strict=True)
    outstanding = MoneyField()
    overdue = MoneyField()
    oldest_due_on = fields.Date(allow_none=True)
    credit_balance = MoneyField()
    next_due_on = fields.Date(allow_none=True)
    columns = fields.Dict(keys=fields.String(), values=CustomValue(), load_default=None, allow_none=False)


class ChoicesAnswer(Answer):
    """What the list can be filtered by: all groups, and the tag that it is filtered by."""

    groups = fields.List(fields.Nested(BadgeAnswer))
    tag = fields.Nested(BadgeAnswer, allow_none=True)


class RecordCounts(Answer):
    """How many contacts and notes a client has; no number of notes for whoever may not see them."""

    contacts = fields.Integer(strict=True)
    notes = fields.Integer(strict=True, allow_none=True)


class GetClient(OneClient):
    """`get_client`: how many of its newest impersonations come along."""

    impersonations = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=100))


class ClientId(Answer):
    """A client that exists."""

    id = IdField()


class ClientRecord(Answer):
    """One client."""

    id = IdField()
    status = fields.String(validate=validate.OneOf(rules.CLIENT_STATUSES))
    joined_at = Moment()
    last_login_at = Moment(allow_none=True)
    name = fields.String()
    contact_name = fields.String()
    primary_contact_id = IdField()
    group = fields.Nested(BadgeAnswer, allow_none=True)
    profile = fields.Nested(profile_answer(*PERSON, *COMPANY))
    tags = fields.List(fields.Nested(BadgeAnswer))
    sticky_notes = fields.List(fields.Nested(StickyNoteAnswer))
    counts = fields.Nested(RecordCounts)
    version = fields.Integer(strict=True)
    impersonations = fields.Nested(ImpersonationList, load_default=None)


class ClientStatus(Answer):
    """A client's status after its change."""

    id = IdField()
    status = fields.String(validate=validate.OneOf(rules.CLIENT_STATUSES))


class AddressAnswer(Answer):
    """Where a client is."""

    address1 = fields.String()
    address2 = fields.String()
    city = fields.String()
    state = fields.String()
    postcode = fields.String()
    country = fields.String()


class BillingTerms(Answer):
    """What billing opens and prices an account with, and whom it bills."""

    currency = CurrencyField()
    name = fields.String()
    company = fields.String()
    contact = fields.String()
    email = fields.String()
    tax_id = fields.String()
    tax_exempt = Flag()
    address = fields.Nested(AddressAnswer)
    group_discount = DecimalNumber()


class Names(Answer):
    """Names of clients by id, and of all staff."""

    clients = fields.Dict(keys=IdField(), values=fields.String())
    staff = fields.List(fields.Nested(NamedAnswer))


class AskedAnswer(Answer):
    """What an open list asks for."""

    q = fields.String()
    filter = fields.String()
    sort = fields.String()


class LayoutAnswer(Answer):
    """The columns of an open list, how wide they are and how high a row is; the custom fields that there are, and how
    many columns were of one that is `gone`."""

    columns = fields.List(fields.String())
    gone = fields.Integer(strict=True)
    widths = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True))
    density = fields.String()
    custom_fields = fields.List(fields.Nested(FieldColumn))


class FaultAnswer(Answer):
    """Why a view does not show what it was saved for."""

    title = fields.String()
    detail = fields.String()


ClientList = page_of(
    ClientRow, totals=fields.Nested(ProgressAnswer), choices=fields.Nested(ChoicesAnswer, allow_none=True)
)


class WantedName(Schema):
    """`find_clients`: what is looked for."""

    q = SearchText(required=True)


class FoundClients(Answer):
    """Clients that a search has found, the first of them by name; `more` where there are others."""

    client_ids = fields.List(IdField())
    more = Flag()


OpenList = page_of(
    ClientRow,
    totals=fields.Nested(ProgressAnswer),
    choices=fields.Nested(ChoicesAnswer, allow_none=True),
    views=fields.List(fields.Nested(ViewAnswer)),
    view=fields.Nested(ViewAnswer, allow_none=True),
    changed=Flag(),
    fault=fields.Nested(FaultAnswer, allow_none=True),
    asked=fields.Nested(AskedAnswer),
    layout=fields.Nested(LayoutAnswer),
)
ClientNames = map_of(fields.String(), keys=IdField())
BillingTermsById = map_of(fields.Nested(BillingTerms), keys=IdField())
