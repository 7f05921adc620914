"""Custom field value: what a field can hold, by its type. No I/O."""

import re
from datetime import date

from marshmallow import ValidationError

from chassis.types.fields import Text

_TEXTS = {"text": Text(500), "textarea": Text(10_000, single_line=False), "select": Text(100)}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_value(kind: str, options: list[str], value) -> str | bool | None:
    """`value` as a field of the type `kind` keeps it; None for an empty one.

    A text is a string as it was given, a select one of `options`, a checkbox true or false, a date `"2026-11-22"`.
    Reading what was read changes nothing. Raises ValidationError.
    """
    if value is None or value == "":
        return None
    if kind == "checkbox":
        return _truth(value)
    if kind == "date":
        return _day(value)
    text = _TEXTS[kind].deserialize(value)
    if text and kind == "select" and text not in options:
        raise ValidationError(f"Choose one of: {', '.join(options)}.")
    return text or None


def _truth(value) -> bool:
    if not isinstance(value, bool):
        raise ValidationError("Either true or false.")
    return value


def _day(value) -> str:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValidationError("A date reads like 2026-11-22.")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise ValidationError("There is no such day.") from error
