"""Arguments that every list over all clients takes."""

from collections.abc import Iterable

from marshmallow import ValidationError, fields, validate

from chassis.types.fields import IdField, PageArguments
from chassis.types.search import SearchText

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


class ListingArguments(PageArguments):
    """`q` is what is looked for, `clients` those whose name it is part of; `client` is the one that rows are of."""

    q = SearchText(load_default=None, allow_none=True)
    clients = fields.List(IdField(), load_default=list, validate=validate.Length(max=MOST_CLIENTS))
    client = IdField(load_default=None, allow_none=True)
