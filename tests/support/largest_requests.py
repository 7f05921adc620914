"""Largest request: the request with the most bytes that a schema takes, made from the schema itself."""

import uuid
from functools import singledispatch

from marshmallow import Schema, fields, validate

from chassis.types.fields import CurrencyField, DecimalText, IdField, MoneyField
from services.billing.schemas.domains import DomainNameField
from services.billing.schemas.products import Price
from services.clients.schemas import CustomValue, Email
from services.clients.schemas.settings import Colour
from services.clients.schemas.staff import Permissions

WIDE = "\U0001d11e"  # four bytes
LONGEST_CUSTOM_VALUE = 10_000


def largest(schema: Schema) -> dict:
    """The largest request that `schema` takes, every field given; ids are of nothing."""
    return {field.data_key or name: largest_value(field, 0) for name, field in schema.load_fields.items()}


@singledispatch
def largest_value(field: fields.Field, place: int):
    """The largest value of a field; of a list's items, that at `place`, no two of which are the same."""
    raise TypeError(f"the largest value of a {type(field).__name__} is not known to tests/support/largest_requests.py")


def _limit(field: fields.Field, check: type, name: str, otherwise):
    known = [getattr(one, name) for one in field.validators if isinstance(one, check)]
    return next((value for value in known if value is not None), otherwise)


@largest_value.register
def _text(field: fields.String, place: int):
    choices = _limit(field, validate.OneOf, "choices", None)
    if choices is not None:
        return max(choices, key=len)
    if _limit(field, validate.Regexp, "regex", None) is not None:
        return ""
    length = _limit(field, validate.Length, "max", 36)
    mark = str(place)
    return mark + WIDE * (length - len(mark))


@largest_value.register
def _list(field: fields.List, place: int):
    return [largest_value(field.inner, each) for each in range(_limit(field, validate.Length, "max", 13))]


@largest_value.register
def _dict(field: fields.Dict, place: int):
    if field.key_field is None or field.value_field is None:
        return {}
    number = _limit(field, validate.Length, "max", 3)
    return {largest_value(field.key_field, each): largest_value(field.value_field, each) for each in range(number)}


@largest_value.register
def _nested(field: fields.Nested, place: int):
    return _price(place) if isinstance(field.schema, Price) else largest(field.schema)


def _price(place: int) -> dict:
    return {"billing_cycle": "semi_annual", "currency": f"no. {place}", "amount": "9999999.99"}


@largest_value.register
def _integer(field: fields.Integer, place: int):
    choices = _limit(field, validate.OneOf, "choices", None)
    return max(choices) if choices else _limit(field, validate.Range, "max", 2**31 - 1)


@largest_value.register
def _raw(field: fields.Raw, place: int):
    return WIDE * LONGEST_CUSTOM_VALUE


for kind, value in (
    (IdField, lambda place: str(uuid.UUID(int=place))),
    (fields.Boolean, lambda place: False),
    (fields.Date, lambda place: "2030-12-31"),
    (fields.AwareDateTime, lambda place: "2030-12-31T23:59:59Z"),
    (CurrencyField, lambda place: "EUR"),
    (MoneyField, lambda place: {"amount": "9999999.99", "currency": "EUR"}),
    (DomainNameField, lambda place: f"{place:062d}a.{'b' * 63}.{'c' * 63}.{'d' * 57}.com"),
    (DecimalText, lambda place: "99.99"),
    (Colour, lambda place: "#ffffff"),
    (Email, lambda place: f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example"),
    (Permissions, lambda place: {}),
    (CustomValue, lambda place: WIDE * LONGEST_CUSTOM_VALUE),
):
    largest_value.register(kind, lambda _field, place, value=value: value(place))
