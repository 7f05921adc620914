"""Profile: request schemas of a client's profile, tags and custom field values."""

from marshmallow import Schema, fields, validate

from chassis.types.fields import Flag, IdField, PathId
from services.clients.schemas import Profile, Storable

MAX_TAGS = 50
MAX_SEEN_TAGS = 1000
MAX_VALUES = 200
BY_FIELD = {
    "keys": Storable(),
    "values": fields.Raw(allow_none=True),
    "validate": validate.Length(max=MAX_VALUES),
}


class UpdateClient(Profile):
    """`update_client`: those fields of the profile that shall change, and the version that the caller has seen."""

    client_id = PathId(required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=2**31 - 1))
    group_id = IdField(allow_none=True)
    allow_duplicate_email = Flag(load_default=False)

    def __init__(self, **options):
        super().__init__(partial=tuple(Profile().fields), **options)


class SetClientTags(Schema):
    """`set_client_tags`: all tags that the client shall have. With `was`, those that the caller had seen, only what
    differs between the two is added and taken away."""

    client_id = PathId(required=True)
    tags = fields.List(IdField(), required=True, validate=validate.Length(max=MAX_TAGS))
    was = fields.List(IdField(), load_default=None, allow_none=True, validate=validate.Length(max=MAX_SEEN_TAGS))


class SetCustomFieldValues(Schema):
    """`set_custom_field_values`: values by the field's id; None or "" empties one, fields that are not named stay.
    `was` are values that the caller had seen, by the same ids: 409 where one is another by now."""

    client_id = PathId(required=True)
    values = fields.Dict(required=True, **BY_FIELD)
    was = fields.Dict(load_default=dict, **BY_FIELD)
