"""The smallest parts of an answer's shape, as JSON Schema."""

ID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
FLAG = {"type": "boolean"}
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
FILE = {"type": "string", "contentMediaType": "text/csv"}
COLOUR = {"type": "string", "pattern": "^#[0-9a-f]{6}$"}
DECIMAL = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$"}


def ref(name: str) -> dict:
    """The shape that is named `name`."""
    return {"$ref": f"#/components/schemas/{name}"}


def maybe(shape: dict) -> dict:
    """`shape` or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def many(shape: dict) -> dict:
    """A list of `shape`."""
    return {"type": "array", "items": shape}


def one_of(*words: str) -> dict:
    """One of `words`."""
    return {"type": "string", "enum": list(words)}


def record(**fields: dict) -> dict:
    """An object that always has each of `fields`; later versions may add others."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def with_some(shape: dict, **fields: dict) -> dict:
    """The record `shape`, which may have some of `fields` besides."""
    return {**shape, "properties": {**shape["properties"], **fields}}


def table(shape: dict) -> dict:
    """An object of any keys, each with `shape`."""
    return {"type": "object", "additionalProperties": shape}


def page_of(row: dict, **beside: dict) -> dict:
    """The answer of a list that is paged; `beside` is what it tells besides."""
    return record(data=many(row), page=ref("Page"), unavailable=many(TEXT), **beside)


def all_of(row: dict) -> dict:
    """The answer of a list that is short by nature and not paged."""
    return record(data=many(row))


def counts(*statuses: str) -> dict:
    """How many there are of each status."""
    return record(**dict.fromkeys(statuses, WHOLE))


MONEY = ref("Money")
ACTOR = record(kind=one_of("staff", "contact", "system", "anonymous"), id=maybe(TEXT), name=maybe(TEXT))
BADGE = record(id=ID, name=TEXT, colour=COLOUR)
