"""Request and response schemas of the RPC methods. This module has what several aggregates share.

Of a request unknown fields are refused, and faulty ones all named at once.
"""

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, Moment
from chassis.types.countries import COUNTRIES
from chassis.types.fields import Flag, IdField, PageArguments, PathId, Text
from chassis.types.text import is_identifier, is_storable
from services.clients import rules
from services.clients.profile_fields import BY_NAME, COMPANY, PERSON, Field

MAX_IDS = 500


class Storable(fields.String):
    """Any text that a database can hold and a hash can be taken of."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_storable(text):
            raise ValidationError("Not text that can be stored.")
        return text


class Email(Text):
    """An email address, as it was typed."""

    def __init__(self, **kwargs):
        super().__init__(254, name=True, **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        email = super()._deserialize(value, attr, data, **kwargs)
        if not is_identifier(email, joiners=True):
            raise ValidationError("Characters that cannot be seen are not allowed in an email address.")
        if fault := rules.email_fault(email):
            raise ValidationError(fault)
        return email


class OneClient(Schema):
    """A client by its id."""

    client_id = PathId(required=True)


class ClientPage(PageArguments):
    """A page of what belongs to one client."""

    client_id = PathId(required=True)


class ClientIds(Schema):
    """Several clients by id."""

    client_ids = fields.List(IdField(), required=True, validate=validate.Length(max=MAX_IDS))


def _country(_field: Field, **options) -> fields.Field:
    known = validate.OneOf(["", *COUNTRIES], error="Not a two-letter country code of ISO 3166.")
    return fields.String(validate=known, **options)


def _language(_field: Field, **options) -> fields.Field:
    known = validate.Regexp(r"^([a-z]{2,3}(-[A-Z]{2})?)?$", error="Not a language such as en or pt-BR.")
    return fields.String(validate=known, **options)


_REQUEST_FIELDS = {
    "text": lambda field, **options: Text(field.length, name=True, min_length=int(field.required), **options),
    "identifier": lambda field, **options: Text(field.length, identifier=True, **options),
    "email": lambda _field, **options: Email(**options),
    "country": _country,
    "language": _language,
    "flag": lambda _field, **options: Flag(**options),
}


def profile_part(*names: str, partial: bool = False) -> type[Schema]:
    """A request with the fields `names` of the profile: what is not given is blank, or, with `partial`, left out."""
    chosen = {}
    for name in names:
        field = BY_NAME[name]
        given = {"required": True} if field.required else {"load_default": field.blank}
        chosen[name] = _REQUEST_FIELDS[field.kind](field, **({} if partial else given))
    return Schema.from_dict(chosen)


class Profile(profile_part(*PERSON, *COMPANY)):
    """The fields of a client's profile that may be given; the person's are its primary contact's."""


def profile_answer(*names: str) -> type[Answer]:
    """A response with the fields `names` of the profile."""
    chosen = {name: Flag() if BY_NAME[name].kind == "flag" else fields.String() for name in names}
    return Answer.from_dict(chosen, name="ProfileAnswer")


class NamedAnswer(Answer):
    """Somebody or something by id and name."""

    id = IdField()
    name = fields.String()


class BadgeAnswer(NamedAnswer):
    """A group or a tag as it stands beside a client; in the settings this is all that there is of a tag."""

    colour = fields.String()


class OneTimeLinkAnswer(Answer):
    """A one-time link's code, shown this once."""

    code = fields.String()
    expires_at = Moment()


class CustomValue(fields.Raw):
    """What a custom field holds: text, true or false, null for nothing."""

    def __init__(self, **options):
        super().__init__(allow_none=True, **options)

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str | bool):
            raise ValidationError("Not a value of a custom field.")
        return value


class CustomFieldValueAnswer(Answer):
    """A custom field with one client's value."""

    id = IdField()
    label = fields.String()
    type = fields.String(validate=validate.OneOf(rules.FIELD_TYPES))
    value = CustomValue()
    visibility = fields.String(validate=validate.OneOf(rules.VISIBILITIES))
    options = fields.List(fields.String())
    required = Flag()
