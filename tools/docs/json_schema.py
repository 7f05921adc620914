"""marshmallow schemas as JSON Schema 2020-12: for openapi.json, for the contracts of the services, for docs/events.md.

Money is a reference to `#/components/schemas/Money` of the document that it stands in.
"""

from marshmallow import Schema, fields, missing, validate

from chassis.types.answers import AnyOf, MapAnswer

ID = {"type": "string", "format": "uuid"}
DECIMAL = {"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"}
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$"}
MONEY = {"$ref": "#/components/schemas/Money"}
NULL = {"type": "null"}

# By the name of the field's class, for fields of ours; else by the marshmallow class, the first that fits.
NAMED = {
    "CurrencyField": CURRENCY,
    "Colour": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
    "DecimalNumber": DECIMAL,
    "DecimalText": DECIMAL,
    "Email": {"type": "string", "format": "email"},
    "GroupFilter": {"anyOf": [ID, {"const": "none"}]},
    "IdField": ID,
    "MomentField": {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]},
    "MoneyField": MONEY,
    "PathId": ID,
    "Permissions": {"type": "object", "additionalProperties": {"type": "boolean"}},
}
TYPES = {
    fields.Boolean: {"type": "boolean"},
    fields.Integer: {"type": "integer"},
    fields.Decimal: DECIMAL,
    fields.Date: {"type": "string", "format": "date"},
    fields.DateTime: {"type": "string", "format": "date-time"},
    fields.UUID: ID,
    fields.String: {"type": "string"},
}
LENGTHS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


def properties_of(schema: Schema) -> dict[str, fields.Field]:
    """The fields that a schema loads, by their names on the wire."""
    return {field.data_key or name: field for name, field in schema.load_fields.items()}


def required_of(schema: Schema) -> list[str]:
    """The names of those that have to be given."""
    partial = schema.partial or ()
    return [
        name
        for name, field in properties_of(schema).items()
        if field.required and partial is not True and field.name not in partial
    ]


def schema_of(schema: Schema, *, closed: bool = True) -> dict:
    """An object of the schema's fields, or a list of such: a further field is refused, unless it is not `closed`.

    What is answered or published is not closed: later versions may add to it.
    """
    if isinstance(schema, MapAnswer):
        return field_of(schema.fields[MapAnswer.VALUES], closed=closed)
    one = _object_of(schema, closed)
    return {"type": "array", "items": one} if schema.many else one


def _object_of(schema: Schema, closed: bool) -> dict:
    described = {
        "type": "object",
        "properties": {name: field_of(one, closed=closed) for name, one in properties_of(schema).items()},
    }
    if closed:
        described["additionalProperties"] = False
    required = required_of(schema)
    return {**described, "required": required} if required else described


def field_of(field: fields.Field, *, closed: bool = True) -> dict:
    """One field, null where it may be, with its limits and default; the field's `metadata` adds what its class does
    not show."""
    described = {**_kind_of(field, closed), **field.metadata}
    for check in field.validators:
        described |= _limits(check, described.get("type"))
    default = field.load_default
    if field.allow_none and described:
        described = {"anyOf": [described, NULL]}
    if default is not missing and default is not None and not callable(default):
        described = {**described, "default": default}
    return described


def _kind_of(field: fields.Field, closed: bool) -> dict:
    if type(field).__name__ in NAMED:
        return NAMED[type(field).__name__]
    if isinstance(field, fields.List):
        return {"type": "array", "items": field_of(field.inner, closed=closed)}
    if isinstance(field, AnyOf):
        return {"anyOf": [schema_of(one(), closed=closed) for one in field.schemas]}
    if isinstance(field, fields.Nested):
        one = MONEY if _is_money(field.schema) else schema_of(field.schema, closed=closed)
        return {"type": "array", "items": one} if field.many else one
    if isinstance(field, fields.Dict):
        value = field_of(field.value_field, closed=closed) if field.value_field else {}
        return {"type": "object", "additionalProperties": value}
    return next((words for kind, words in TYPES.items() if isinstance(field, kind)), {})


def _is_money(schema: Schema) -> bool:
    return set(schema.fields) == {"amount", "currency"}


def _limits(check, kind: str | None) -> dict:
    if isinstance(check, validate.OneOf):
        return {"enum": list(check.choices)}
    if isinstance(check, validate.Regexp):
        return {"pattern": check.regex.pattern}
    if isinstance(check, validate.Length) and kind in LENGTHS:
        return _given(zip(LENGTHS[kind], (check.min, check.max), strict=True))
    if isinstance(check, validate.Range) and kind == "integer":
        return _given((("minimum", check.min), ("maximum", check.max)))
    return {}


def _given(pairs) -> dict:
    return {name: value for name, value in pairs if value is not None}
