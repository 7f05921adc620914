"""Events of a client."""

from marshmallow import Schema, fields

from chassis.events.event import Event
from services.clients.profile_fields import FIRST_RELEASE, PROFILE_FIELDS, Field, names

PROFILE_NAMES = frozenset(names(personal=True))


def _fact(field: Field) -> fields.Field:
    kind = fields.Boolean if field.kind == "flag" else fields.String
    return kind(required=field in FIRST_RELEASE)


class ClientFacts(Schema.from_dict({field.name: _fact(field) for field in PROFILE_FIELDS if not field.personal})):
    """What is no personal value of a new client: its opening currency, status, group, tags."""

    currency = fields.String(required=True)
    status = fields.String(required=True)
    joined_at = fields.String(required=True)
    group_id = fields.String(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    primary_contact_id = fields.String(required=True)


class ClientCreated(Event):
    """A client was made; it carries the opening currency, and all profile fields as personal values."""

    type = "client.created.v1"
    facts_schema = ClientFacts
    personal_names = PROFILE_NAMES


class ClientImported(Event):
    """A client was imported; the same as client.created, and where it came from."""

    type = "client.imported.v1"
    personal_names = PROFILE_NAMES

    class facts_schema(ClientFacts):
        import_id = fields.String(required=True)
        source = fields.String(required=True)
        external_id = fields.String(required=True, allow_none=True)


class ClientUpdated(Event):
    """Fields of a client's profile were changed; `version` is the profile's afterwards."""

    type = "client.updated.v1"
    personal_names = PROFILE_NAMES

    class facts_schema(Schema):
        version = fields.Integer(required=True)


class ClientGroupChanged(Event):
    """A client came into a group, or into none; the change has their names, `version` is the profile's afterwards."""

    type = "client.group_changed.v1"

    class facts_schema(Schema):
        group_id = fields.String(required=True, allow_none=True)
        previous_group_id = fields.String(required=True, allow_none=True)
        version = fields.Integer(required=True)


class ClientTagsChanged(Event):
    """A client's tags were set anew; the change has the names of all before and after."""

    type = "client.tags_changed.v1"

    class facts_schema(Schema):
        tags = fields.List(fields.String(), required=True)


class ClientStatusChanged(Event):
    """A client became active, suspended or inactive, for the reason given."""

    type = "client.status_changed.v1"

    class facts_schema(Schema):
        status = fields.String(required=True)
        reason = fields.String(required=True)


class ClientCustomFieldsChanged(Event):
    """Values of a client's custom fields were changed, each named by its label."""

    type = "client.custom_fields_changed.v1"
    every_change_is_personal = True

    class facts_schema(Schema):
        fields = fields.List(fields.String(), required=True)
