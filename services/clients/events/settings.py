"""Events of settings: groups, tags, custom fields."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class GroupCreated(Event):
    """A client group was defined."""

    type = "group.created.v1"
    system_stream = True

    class facts_schema(Schema):
        name = fields.String(required=True)
        colour = fields.String(required=True)
        description = fields.String(required=True)
        discount_percent = fields.String(required=True)


class GroupUpdated(Event):
    """A client group's name, colour, description or discount was changed."""

    type = "group.updated.v1"
    system_stream = True

    class facts_schema(Schema):
        name = fields.String(required=True)


class TagCreated(Event):
    """A tag was defined."""

    type = "tag.created.v1"
    system_stream = True

    class facts_schema(Schema):
        name = fields.String(required=True)
        colour = fields.String(required=True)


class TagUpdated(Event):
    """A tag's name or colour was changed."""

    type = "tag.updated.v1"
    system_stream = True

    class facts_schema(Schema):
        name = fields.String(required=True)


class CustomFieldCreated(Event):
    """A custom field was defined."""

    type = "custom_field.created.v1"
    system_stream = True

    class facts_schema(Schema):
        label = fields.String(required=True)
        type = fields.String(required=True)
        options = fields.List(fields.String(), required=True)
        required = fields.Boolean(required=True)
        order = fields.Integer(required=True)
        visibility = fields.String(required=True)


class CustomFieldUpdated(Event):
    """A custom field's definition, or its place among the others, was changed."""

    type = "custom_field.updated.v1"
    system_stream = True

    class facts_schema(Schema):
        label = fields.String(required=True)
