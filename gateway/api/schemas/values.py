"""Building blocks of response schemas, as JSON Schema."""

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
URL = {"type": "string", "format": "uri"}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$"}


def ref(name: str) -> dict:
    """A reference to the schema `name`."""
    return {"$ref": f"#/components/schemas/{name}"}


def maybe(schema: dict) -> dict:
    """`schema` or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: dict) -> dict:
    """A list of `schema`."""
    return {"type": "array", "items": schema}


def one_of(*words: str) -> dict:
    """One of `words`."""
    return {"type": "string", "enum": list(words)}


def record(**fields: dict) -> dict:
    """An object that always has each of `fields`; later versions may add others."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def with_some(schema: dict, **fields: dict) -> dict:
    """The record `schema`, which may have some of `fields` too."""
    return {**schema, "properties": {**schema["properties"], **fields}}


def table(schema: dict) -> dict:
    """An object of any keys, each with `schema`."""
    return {"type": "object", "additionalProperties": schema}


def page_of(row: dict, **beside: dict) -> dict:
    """A paged list; `beside` are its fields beside the rows."""
    return record(data=many(row), page=ref("Page"), unavailable=many(TEXT), **beside)


def counts(*statuses: str) -> dict:
    """The number of rows of each status."""
    return record(**dict.fromkeys(statuses, WHOLE))


MONEY = ref("Money")
ACTOR = record(kind=one_of("staff", "contact", "system", "anonymous"), id=maybe(TEXT), name=maybe(TEXT))
BADGE = record(id=ID, name=TEXT, colour=COLOUR)
