"""Response schemas: what RPC methods answer, field by field, for the contracts and for the tests that hold them to it."""

from marshmallow import RAISE, Schema, ValidationError, fields, missing, pre_load


class Answer(Schema):
    """An object that always has each of its fields, and no other; one with a `load_default` may be left out."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field) -> None:
        field_obj.required = field_obj.load_default is missing


class Moment(fields.AwareDateTime):
    """A time in UTC, RFC 3339."""

    def __init__(self, **options):
        super().__init__(format="iso", **options)


class DecimalNumber(fields.String):
    """A number as decimal text, never a JSON number."""


class AnyOf(fields.Field[dict]):
    """An object of the first of `schemas` that it fits."""

    def __init__(self, *schemas: type[Schema], **options):
        self.schemas = schemas
        super().__init__(**options)

    def _deserialize(self, value, attr, data, **kwargs):
        for schema in self.schemas:
            if not schema().validate(value):
                return schema().load(value)
        raise ValidationError(f"It is none of {', '.join(schema.__name__ for schema in self.schemas)}.")


class PageAnswer(Answer):
    """Where a page stands in its list: cursors of its neighbours, and how many rows there are."""

    next = fields.String(allow_none=True)
    prev = fields.String(allow_none=True)
    total = fields.Integer(allow_none=True)
    exact = fields.Boolean()


def page_of(item: type[Schema], **beside: fields.Field) -> type[Schema]:
    """The answer of a list that is paged: `data`, `page`, and what stands `beside` them."""
    parts = {"data": fields.List(fields.Nested(item)), "page": fields.Nested(PageAnswer), **beside}
    return Answer.from_dict(parts, name=f"PageOf{item.__name__}")


def list_of(item: type[Schema], **beside: fields.Field) -> type[Schema]:
    """The answer of a list that is short by nature: `data`, and what stands `beside` them."""
    return Answer.from_dict({"data": fields.List(fields.Nested(item)), **beside}, name=f"ListOf{item.__name__}")


def counts_of(*names: str) -> fields.Field:
    """How many there are of each of `names`."""
    return fields.Nested(Answer.from_dict({name: fields.Integer() for name in names}, name="Counts"))


def many_of(item: type[Schema]) -> type[Schema]:
    """The answer that is a bare list of `item`."""
    return type(f"ManyOf{item.__name__}", (item,), {"Meta": type("Meta", (item.Meta,), {"many": True})})


class MapAnswer(Answer):
    """An object whose keys are data; its one field is the whole."""

    VALUES = "*"

    @pre_load
    def _whole(self, data, **_options):
        return {self.VALUES: data}


def map_of(value: fields.Field, *, keys: fields.Field | None = None) -> type[Schema]:
    """The answer that maps keys, text unless they are given, to `value`."""
    return MapAnswer.from_dict({MapAnswer.VALUES: fields.Dict(keys=keys or fields.String(), values=value)}, name="Map")
