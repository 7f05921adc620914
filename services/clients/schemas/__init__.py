"""What the RPC methods take. Unknown fields are refused, faulty ones are all named at once."""

from marshmallow import Schema, ValidationError, fields, validate

from chassis.errors import not_found
from chassis.types.countries import COUNTRIES
from chassis.types.fields import CurrencyField, Flag, IdField, PageArguments, Text
from chassis.types.ids import parse_id
from services.clients import rules

MAX_IDS = 500


class PathId(IdField):
    """The id of a record in a path: a malformed one is like one that does not exist."""

    def _deserialize(self, value, attr, data, **kwargs):
        parsed = parse_id(value)
        if parsed is None:
            raise not_found()
        return parsed


class GroupFilter(IdField):
    """A group's id, or `none` for clients without one."""

    def _deserialize(self, value, attr, data, **kwargs):
        return value if value == "none" else super()._deserialize(value, attr, data, **kwargs)


class Storable(fields.String):
    """Any text that a database can hold and a hash can be taken of."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not rules.is_storable(text):
            raise ValidationError("Not text that can be stored.")
        return text


class Email(Text):
    """An email address, as it was typed."""

    def __init__(self, **kwargs):
        super().__init__(254, name=True, **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        email = super()._deserialize(value, attr, data, **kwargs)
        if not rules.is_email(email):
            raise ValidationError("Not an email address.")
        return email


class ListClients(PageArguments):
    """`list_clients`: search, filters and order of the client list."""

    q = Text(100, load_default="", allow_none=True)
    group = GroupFilter(load_default=None, allow_none=True)
    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(rules.CLIENT_STATUSES))
    tag = IdField(load_default=None, allow_none=True)
    sort = fields.String(load_default="name", validate=validate.OneOf([str(sort) for sort in rules.ClientSort]))


class OneClient(Schema):
    """A client by its id."""

    client_id = PathId(required=True)


class ChangeStatus(OneClient):
    """A client's new status, and why."""

    status = fields.String(required=True, validate=validate.OneOf(rules.CLIENT_STATUSES))
    reason = Text(500, min_length=1, required=True, single_line=False)


class ClientPage(PageArguments):
    """A page of what belongs to one client."""

    client_id = PathId(required=True)


class ClientIds(Schema):
    """Several clients by id."""

    client_ids = fields.List(IdField(), required=True, validate=validate.Length(max=MAX_IDS))


class Profile(Schema):
    """The fields of a client's profile that may be given; the person's are its primary contact's."""

    first_name = Text(100, name=True, min_length=1, required=True)
    last_name = Text(100, name=True, min_length=1, required=True)
    email = Email(required=True)
    phone = Text(40, name=True, load_default="")
    company = Text(200, name=True, load_default="")
    address1 = Text(200, name=True, load_default="")
    address2 = Text(200, name=True, load_default="")
    city = Text(100, name=True, load_default="")
    state = Text(100, name=True, load_default="")
    postcode = Text(20, name=True, load_default="")
    country = fields.String(
        load_default="", validate=validate.OneOf(["", *COUNTRIES], error="Not a two-letter country code of ISO 3166.")
    )
    tax_id = Text(50, name=True, load_default="")
    tax_exempt = Flag(load_default=False)
    language = fields.String(
        load_default="",
        validate=validate.Regexp(r"^([a-z]{2,3}(-[A-Z]{2})?)?$", error="Not a language such as en or pt-BR."),
    )


class CreateClient(Profile):
    """`create_client`: profile, opening currency, group, tags, status."""

    currency = CurrencyField(required=True)
    group_id = IdField(load_default=None, allow_none=True)
    tags = fields.List(IdField(), load_default=list, validate=validate.Length(max=50))
    status = fields.String(load_default="active", validate=validate.OneOf(rules.CLIENT_STATUSES))
    allow_duplicate_email = Flag(load_default=False)


class SignIn(Schema):
    """`sign_in`: email and password as typed. Too long ones are refused before anything is hashed."""

    email = Storable(required=True, validate=validate.Length(max=254))
    password = Storable(required=True, validate=validate.Length(max=1024))
    user_agent = Storable(load_default="", allow_none=True, validate=validate.Length(max=500))


class SignInOnce(Schema):
    """`sign_in_once`: the code of a one-time link."""

    code = Storable(required=True, validate=validate.Length(max=200))
    user_agent = Storable(load_default="", allow_none=True, validate=validate.Length(max=500))


class ImportFile(Schema):
    """A file as it was uploaded: its name and its columns in their order."""

    name = Storable(required=True, validate=validate.Length(max=300))
    columns = fields.List(
        Storable(validate=validate.Length(max=20_000)), required=True, validate=validate.Length(max=100)
    )


class OpenImport(Schema):
    """`open_import`: where the rows come from, and whether an email that another client has is meant."""

    source = Text(64, identifier=True, min_length=1, load_default="csv")
    allow_duplicate_email = Flag(load_default=False)
    file = fields.Nested(ImportFile, load_default=None, allow_none=True)


class ImportId(Schema):
    """One import."""

    import_id = PathId(required=True)


class ImportRow(Schema):
    """A row as it stands in the file: its line number and its cells by column."""

    line = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**31 - 1))
    values = fields.Dict(
        keys=fields.String(),
        required=True,
        validate=validate.Length(max=101),
        values=fields.String(validate=validate.Length(max=20_000)),
    )


class StageImportRows(ImportId):
    """`stage_import_rows`: some rows of the import's file."""

    rows = fields.List(fields.Nested(ImportRow), required=True, validate=validate.Length(min=1, max=500))


class StartImport(ImportId):
    """`start_import`: which column goes to which field; without one they go by their names."""

    mapping = fields.Dict(keys=Storable(), values=fields.String(), load_default=dict, validate=validate.Length(max=100))


class ImportFailures(PageArguments, ImportId):
    """`list_import_failures`: a page of the failed rows."""


class ResolveExternalIds(Schema):
    """`external_ids_for_billing`: which clients the rows of a source became."""

    source = Storable(required=True, validate=validate.Length(max=64))
    external_ids = fields.List(
        Storable(validate=validate.Length(max=255)), required=True, validate=validate.Length(max=MAX_IDS)
    )
