"""Wire format: JSON in UTF-8, as calls, answers and signed contexts carry it.

orjson reads and writes it. What orjson refuses goes the slower way of the standard library: half of a surrogate pair,
which UTF-8 has no bytes for, leaves as plain ASCII and arrives as it is, for a schema to refuse.
"""

import json

import orjson

# A date or an object is a mistake of ours: schemas dump to text and plain containers.
_PLAIN_VALUES = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def encoded(value) -> bytes:
    """`value` as JSON in UTF-8. Raises TypeError for what JSON has no form for."""
    try:
        return orjson.dumps(value, option=_PLAIN_VALUES)
    except TypeError:
        return json.dumps(value).encode()


def decoded(raw: bytes | str | memoryview):
    """The value of a JSON text, its objects as plain dicts. Raises ValueError or RecursionError for what is none."""
    try:
        return orjson.loads(raw)
    except ValueError:
        return json.loads(raw if isinstance(raw, str) else str(raw, "utf-8"))
