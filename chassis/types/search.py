"""Search over all services: what is looked for, as each service is asked for its own part, and what was found."""

import re
from dataclasses import dataclass

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, list_of
from chassis.types.fields import IdField, Text, WholeNumber
from chassis.types.text import WITHOUT_SPACES, fold, seen

SHORTEST = 3
MOST = 100
TICKET = "#"
_SERIES = ("inv", "ord", "svc")
_WORDS = {"invoice": "INV", "order": "ORD", "service": "SVC", "ticket": TICKET}
_NUMBER = re.compile(r"(?:(?P<prefix>[a-z]{2,4})[\s-]?|#\s?)?0*(?P<number>[0-9]{1,18})", re.ASCII)
_NAMED = re.compile(
    rf"(?P<word>{'|'.join(_WORDS)})s?[\s:.]*(?:(?:no|nr|number)\b[\s:.]*)?#?\s*0*(?P<number>[0-9]{{1,18}})"
)
_QUOTED = re.compile(
    rf"(?<![a-z0-9])(?:(?P<prefix>{'|'.join(_SERIES)})[\s.:#-]{{0,3}}|#)0*(?P<number>[0-9]{{1,18}})(?![a-z0-9])",
    re.ASCII,
)
_SHORT = re.compile(f"#?[0-9]+|.*{WITHOUT_SPACES}.*{WITHOUT_SPACES}.*", re.ASCII)


def is_enough(typed: str) -> bool:
    """Whether `typed` says enough to look for: SHORTEST characters that can be seen, two of a script without spaces, or
    a whole number."""
    text = seen(typed)
    return len(text) >= SHORTEST or bool(_SHORT.fullmatch(fold(text)))


class SearchText(Text):
    """What is looked for: enough by `is_enough`."""

    def __init__(self, **options):
        super().__init__(100, **options)

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_enough(text):
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
    """The number that `typed` is or quotes, if there is one: `1187`, `INV 42`, `Invoice no. 42`, `Re: [#584] Slow`."""
    text = fold(typed)
    if found := _NUMBER.fullmatch(text):
        return WantedNumber(int(found["number"]), (found["prefix"] or "").upper())
    if found := _NAMED.fullmatch(text):
        return WantedNumber(int(found["number"]), _WORDS[found["word"]])
    found = _QUOTED.search(text)
    return found and WantedNumber(int(found["number"]), (found["prefix"] or TICKET).upper())
