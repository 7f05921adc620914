"""Search over all services: what is looked for, as each service is asked for its own part, and what was found."""

import re
from dataclasses import dataclass

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, list_of
from chassis.types.fields import IdField, Text, WholeNumber
from chassis.types.text import seen

SHORTEST = 3
MOST = 100
_NUMBER = re.compile(r"(?:(?P<prefix>[A-Za-z]{2,4})[\s-]?|#)?0*(?P<number>[0-9]{1,18})", re.ASCII)


class SearchText(Text):
    """What is looked for: SHORTEST characters that can be seen, or a whole number."""

    def __init__(self, **options):
        super().__init__(100, **options)

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(seen(text)) < SHORTEST and not re.fullmatch("#?[0-9]+", seen(text), re.ASCII):
            raise ValidationError(f"Give {SHORTEST} characters or a whole number.")
        return text


class KindList(fields.String):
    """Kinds of things, with commas between: `invoice,order`."""

    def _deserialize(self, value, attr, data, **kwargs):
        return super()._deserialize(value, attr, data, **kwargs).split(",")


class SearchArguments(Schema):
    """`search`: the text, the kinds of things to look among (all without), and how many of each at most."""

    q = SearchText(required=True)
    kinds = KindList(load_default=None, allow_none=True)
    limit = WholeNumber(load_default=25, validate=validate.Range(min=1, max=MOST), strict=False)


class SearchHit(Answer):
    """Something that was found: what it is called, what it is besides, and which of its fields matched."""

    kind = fields.String()
    id = IdField()
    client_id = IdField()
    title = fields.String()
    subtitle = fields.String()
    matched = fields.String()


SearchHits = list_of(SearchHit)


@dataclass(frozen=True)
class WantedNumber:
    """A number as people write it: `1187`, `#1187`, or `ORD-01187`, whose prefix says of what."""

    number: int
    prefix: str

    def may_be(self, prefix: str) -> bool:
        """Whether a number of things with this prefix may be meant."""
        return self.prefix in ("", prefix)


def number_in(typed: str) -> WantedNumber | None:
    """The number that `typed` is, if it is one."""
    found = _NUMBER.fullmatch(seen(typed))
    return found and WantedNumber(int(found["number"]), (found["prefix"] or "").upper())
