"""Arguments that every list over all clients takes."""

from collections.abc import Iterable

from marshmallow import Schema, ValidationError, fields, validate

from chassis.filters.fields import Field, described, help_text
from chassis.filters.parser import MOST_CHARACTERS
from chassis.types.answers import Answer, list_of
from chassis.types.fields import Flag, IdField, PageArguments, Text
from chassis.types.search import SearchText

LISTED = 20
MOST_COUNTED = 30
MOST_CLIENTS = 100
"""How many clients that a search has found by their names a list is narrowed to."""


class WordList(fields.String):
    """Some of a few words, with commas between: `open,answered`."""

    def __init__(self, words: Iterable[str], **options):
        self.words = tuple(words)
        super().__init__(**options)

    def _deserialize(self, value, attr, data, **kwargs):
        given = super()._deserialize(value, attr, data, **kwargs).split(",")
        if unknown := [word for word in given if word not in self.words]:
            raise ValidationError(f"{unknown[0]!r} is none of {', '.join(self.words)}.")
        return sorted(set(given))


class CountedArguments(Schema):
    """One of what is counted: `q`, which may have found `clients` too, and a text of the filter language."""

    q = Text(100, load_default="")
    clients = fields.List(IdField(), load_default=list, validate=validate.Length(max=MOST_CLIENTS))
    filter = fields.String(load_default="", validate=validate.Length(max=MOST_CHARACTERS))


def count_arguments(*lists: str) -> type[Schema]:
    """The arguments of `count_listed`: one of these lists, and what is `asked` of it, by many at once."""
    return Schema.from_dict(
        {
            "list": fields.String(required=True, validate=validate.OneOf(lists)),
            "asked": fields.List(
                fields.Nested(CountedArguments), required=True, validate=validate.Length(max=MOST_COUNTED)
            ),
        },
        name="CountListed",
    )


class RowCount(Answer):
    """How many rows something that was asked has; no total while that cannot be said, for what `fault` says."""

    total = fields.Integer(strict=True, allow_none=True)
    exact = Flag()
    fault = fields.String(allow_none=True)


RowCounts = list_of(RowCount)


class ListingArguments(PageArguments):
    """`q` is what is looked for, `clients` those whose name it is part of; `client` is the one that rows are of."""

    q = SearchText(load_default=None, allow_none=True)
    clients = fields.List(IdField(), load_default=list, validate=validate.Length(max=MOST_CLIENTS))
    client = IdField(load_default=None, allow_none=True)


def filter_text(fields_of_it: Iterable[Field]) -> fields.String:
    """A text of the filter language over these fields, which the API's document describes."""
    known = tuple(fields_of_it)
    says = {"description": help_text(known, {}), "x-fields": [_described(one) for one in known]}
    return fields.String(load_default="", allow_none=True, validate=validate.Length(max=MOST_CHARACTERS), metadata=says)


def _described(field: Field) -> dict:
    """What the document says of a field; it lists few choices."""
    found = described(field)
    return {**found, "choices": found["choices"] if len(found["choices"] or ()) <= LISTED else None}
