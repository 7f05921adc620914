"""Settings (groups, tags, custom fields): schemas. An update takes any part of what a creation takes."""

import re
from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, DecimalNumber, list_of
from chassis.types.fields import DecimalText, Flag, IdField, PathId, Text
from services.clients import rules
from services.clients.schemas import BadgeAnswer, CustomFieldValueAnswer

MAX_OPTIONS = 100
MAX_ORDER = 1_000_000
_COLOUR = re.compile(r"#[0-9a-f]{6}")
PERCENT = "A percentage from 0 to 100, with two places at most, such as 12.5."


class Colour(fields.String):
    """`#rrggbb`, kept in small letters."""

    def _deserialize(self, value, attr, data, **kwargs):
        colour = super()._deserialize(value, attr, data, **kwargs).lower()
        if not _COLOUR.fullmatch(colour):
            raise ValidationError("A colour reads like #3b82f6.")
        return colour


class Counted(Schema):
    """`list_groups`, `list_tags`, `list_custom_fields`: `counts` asks for the number of clients with each."""

    counts = Flag(load_default=False)


class OneGroup(Schema):
    """A group by its id."""

    group_id = PathId(required=True)


class CreateGroup(Schema):
    """`create_group`."""

    name = Text(40, name=True, min_length=1, required=True)
    colour = Colour(required=True)
    description = Text(500, single_line=False, load_default="")
    discount_percent = DecimalText(
        whole=3,
        places=2,
        error=PERCENT,
        validate=validate.Range(max=100, error=PERCENT),
        load_default=lambda: Decimal(0),
    )


class UpdateGroup(CreateGroup):
    """`update_group`: what shall change."""

    group_id = PathId(required=True)

    def __init__(self, **options):
        super().__init__(partial=tuple(CreateGroup().fields), **options)


class OneTag(Schema):
    """A tag by its id."""

    tag_id = PathId(required=True)


class CreateTag(Schema):
    """`create_tag`."""

    name = Text(30, name=True, min_length=1, required=True)
    colour = Colour(required=True)


class UpdateTag(CreateTag):
    """`update_tag`: what shall change."""

    tag_id = PathId(required=True)

    def __init__(self, **options):
        super().__init__(partial=tuple(CreateTag().fields), **options)


class OneCustomField(Schema):
    """A custom field by its id."""

    field_id = PathId(required=True)


class CreateCustomField(Schema):
    """`create_custom_field`: without an `order` it comes last."""

    label = Text(100, name=True, min_length=1, required=True)
    type = fields.String(required=True, validate=validate.OneOf(rules.FIELD_TYPES))
    options = fields.List(
        Text(100, name=True, min_length=1), load_default=list, validate=validate.Length(max=MAX_OPTIONS)
    )
    required = Flag(load_default=False)
    order = fields.Integer(strict=True, validate=validate.Range(min=0, max=MAX_ORDER))
    visibility = fields.String(load_default="staff_only", validate=validate.OneOf(rules.VISIBILITIES))


class UpdateCustomField(CreateCustomField):
    """`update_custom_field`: what shall change."""

    field_id = PathId(required=True)

    def __init__(self, **options):
        super().__init__(partial=tuple(CreateCustomField().fields), **options)


class MoveCustomField(OneCustomField):
    """`move_custom_field`: one place up or down."""

    direction = fields.String(required=True, validate=validate.OneOf(("up", "down")))


class GroupAnswer(BadgeAnswer):
    """A client group."""

    description = fields.String()
    discount_percent = DecimalNumber()


class CustomFieldAnswer(Answer):
    """The definition of a custom field."""

    id = IdField()
    label = fields.String()
    type = fields.String(validate=validate.OneOf(rules.FIELD_TYPES))
    options = fields.List(fields.String())
    required = Flag()
    order = fields.Integer(strict=True)
    visibility = fields.String(validate=validate.OneOf(rules.VISIBILITIES))


def counted(item: type[Answer]) -> type[Answer]:
    """`item` with the number of `clients` that have it, where `counts` asks for that."""
    clients = fields.Integer(strict=True, load_default=None, allow_none=False)
    return item.from_dict({"clients": clients}, name=f"Counted{item.__name__}")


GroupList = list_of(counted(GroupAnswer))
TagList = list_of(counted(BadgeAnswer))
CustomFieldList = list_of(counted(CustomFieldAnswer))
ClientTags = list_of(BadgeAnswer)
CustomFieldValues = list_of(CustomFieldValueAnswer)
