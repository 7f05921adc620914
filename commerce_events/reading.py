"""Reading: JSON into dataclasses, by the types of their fields. What a dataclass does not name is passed over."""

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any


def read(kind: Any, value: Any) -> Any:
    """`value` as a `kind`: a dataclass, a list of something, a plain type. Raises KeyError for a field that is missing
    and has no default, TypeError or ValueError for another kind of value."""
    return _reader(kind)(value)


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    if kind is Any:
        return lambda value: value
    if is_dataclass(kind):
        return _object(kind)
    if kind is Decimal:
        return Decimal
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        (one,) = (_reader(part) for part in parts if part is not type(None))
        return lambda value: None if value is None else one(value)
    if origin is list:
        item = _reader(parts[0])
        return lambda value: [item(one) for one in _checked(list, value)]
    return lambda value: _checked(origin or kind, value)


def _object(kind: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    readers = [
        (one.name, _reader(hints[one.name]), one.default is MISSING and one.default_factory is MISSING)
        for one in fields(kind)
    ]

    def build(value: Any) -> Any:
        given = _checked(dict, value)
        return kind(**{name: reader(given[name]) for name, reader, needed in readers if needed or name in given})

    return build


def _checked(kind: type, value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
