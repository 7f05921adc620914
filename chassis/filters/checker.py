"""Filter checker: a tree whose fields exist, whose operators fit, and whose values are read as their kinds take them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from chassis.errors import ServiceProblem
from chassis.filters.dates import day_of, span_of
from chassis.filters.faults import fault, nearest_of
from chassis.filters.fields import Field, Kind, Vocabulary
from chassis.filters.tree import And, Node, Not, Or, Restriction, Value
from chassis.filters.unparser import path_text, value_text
from chassis.types.decimals import parse_decimal
from chassis.types.money import Money, MoneyError, currencies_in_use
from chassis.types.text import fold

ABSENT, HAS = "absent", ":"


@dataclass(frozen=True)
class Check:
    """A condition on a field that can be asked of a row: `operator` is ABSENT, HAS, or `=`, `<`, `<=`, `>`, `>=`.

    `operand` is a text, what a choice stands for, a bool, an int, a date, a Span, of money `(minor, currency)` whose currency
    is None for 0 of any; None of ABSENT.
    """

    field: Field
    operator: str
    operand: Any = None


Checked = And | Or | Not | Check


class Checker:
    """Checks trees against one vocabulary at one moment `now`, whose time zone is that of days."""

    def __init__(self, vocabulary: Vocabulary, now: datetime):
        self._vocabulary, self._now = vocabulary, now
        self._fields = {field.name: field for field in vocabulary.fields}
        self._members: dict[str, dict[str, Field]] = {}
        self._choices: dict[tuple, Mapping[str, Any]] = {}
        self._folded: dict[int, dict[str, list[str]]] = {}  # by the id of one of the mappings above

    def check(self, node: Node) -> Checked:
        """`node` with each restriction as a Check. Raises a `fault`."""
        if isinstance(node, Not):
            return Not(self.check(node.part))
        if isinstance(node, (And, Or)):
            return type(node)(tuple(map(self.check, node.parts)))
        field = self.field_of(node)
        return self._check(node, field)

    def field_of(self, one: Restriction) -> Field:
        """The field that a restriction is about."""
        name, *members = one.path
        if not members and name in self._fields:
            return self._fields[name]
        if len(members) == 1 and name in self._vocabulary.members:
            found = self._below(name)
            known = self._one_of(found, members[0])
            if known is not None:
                return found[known]
            near = nearest_of(members[0], found)
            nearest = near and path_text((name, near))
        else:
            nearest = nearest_of(path_text(one.path), self._fields)
        message = f"There is no field {path_text(one.path)[:100]}.{_meant(nearest)}"
        raise fault(message, one.position, one.length, nearest, "unknown-field")

    def choices_of(self, field: Field) -> Mapping[str, Any]:
        """What a choice or a set can be: {what is written: what it stands for}."""
        if field.path not in self._choices:
            looked_up = self._vocabulary.choices.get(field.name)
            fixed = {choice: choice for choice in field.choices or ()}
            self._choices[field.path] = fixed if looked_up is None or field.choices is not None else looked_up()
        return self._choices[field.path]

    def _below(self, name: str) -> dict[str, Field]:
        if name not in self._members:
            self._members[name] = {field.member: field for field in self._vocabulary.members[name]()}
        return self._members[name]

    def _check(self, one: Restriction, field: Field) -> Checked:
        if one.value.special and (field.nullable or one.value.text == "null"):
            return self._absence(one, field)
        if one.operator not in field.kind.operators:
            takes = " ".join(field.kind.operators)
            nearest = "=" if "=" in field.kind.operators else field.kind.operators[0]
            raise fault(f"{field.label} takes {takes}", one.operator_position, len(one.operator), nearest)
        operand = self._operand(field, one.value)
        if one.operator == "!=":
            return Not(Check(field, "=", operand))
        return Check(field, one.operator, operand)

    def _absence(self, one: Restriction, field: Field) -> Checked:
        if not field.nullable:
            raise _of(one.value, f"{field.label} is never null.")
        fits = ("=", "!=") if one.value.text == "null" else (HAS,)
        if one.operator not in fits:
            message = f"{one.value.text} goes with {' '.join(fits)}"
            raise fault(message, one.operator_position, len(one.operator), fits[0])
        return Check(field, ABSENT) if one.operator == "=" else Not(Check(field, ABSENT))

    def _operand(self, field: Field, value: Value) -> Any:
        if value.currency is not None and field.kind is not Kind.MONEY:
            raise _of(value, f"{field.label} has no currency.", value.text)
        if value.special:
            raise _of(value, f"{field.label} cannot be compared with {value.text}")
        match field.kind:
            case Kind.CHOICE | Kind.SET:
                return self._choice(field, value)
            case Kind.DAY:
                return self._dated(value, day_of(value.text, self._now.date()))
            case Kind.MOMENT:
                return self._dated(value, span_of(value.text, self._now))
        return _READ[field.kind](value)

    def _choice(self, field: Field, value: Value) -> Any:
        choices = self.choices_of(field)
        known = self._one_of(choices, value.text)
        if known is not None:
            return choices[known]
        near = nearest_of(value.text, choices)
        nearest = near and value_text(Value(near))
        raise _of(value, f"{field.label} has no “{value.text[:100]}”.{_meant(nearest)}", nearest)

    def _dated(self, value: Value, read: Any) -> Any:
        if read is None:
            raise _of(value, "A date reads like 2026-03-01 or -30d.")
        return read

    def _one_of(self, known: Mapping[str, Any], typed: str) -> str | None:
        """The one that was typed, else the only one that differs in capitals and accents alone. All are folded once for a
        filter: it may ask for each of its conditions, and there may be thousands."""
        if typed in known:
            return typed
        if id(known) not in self._folded:
            self._folded[id(known)] = defaultdict(list)
            for one in known:
                self._folded[id(known)][fold(one)].append(one)
        alike = self._folded[id(known)].get(fold(typed), [])
        return alike[0] if len(alike) == 1 else None


def _of(value: Value, message: str, nearest: str | None = None) -> ServiceProblem:
    return fault(message, value.position, value.length, nearest)


def _meant(nearest: str | None) -> str:
    return f" Did you mean {nearest}?" if nearest else ""


def _text(value: Value) -> str:
    if not value.text:
        raise _of(value, "Give some text, or null for nothing.", "null")
    return value.text


def _flag(value: Value) -> bool:
    if value.text.lower() not in ("true", "false"):
        raise _of(value, "Either true or false.", nearest_of(value.text, ("true", "false")))
    return value.text.lower() == "true"


def _number(value: Value) -> int:
    number = parse_decimal(value.text)
    if number is None or number != number.to_integral_value():
        raise _of(value, "A whole number is expected, such as 12.")
    return int(number)


def _money(value: Value) -> tuple[int, str | None]:
    if value.currency is None:
        if parse_decimal(value.text) == Decimal(0):
            return 0, None
        raise _of(value, "Name the currency: 100 EUR.")
    try:
        return Money.parse(value.text, value.currency).minor, value.currency
    except MoneyError as error:
        raise _no_money(value, str(error)) from error


def _no_money(value: Value, message: str) -> ServiceProblem:
    known = value.currency in currencies_in_use()
    near = None if known else nearest_of(value.currency, currencies_in_use())
    return _of(value, message, near and f"{value.text} {near}")


_READ = {Kind.TEXT: _text, Kind.FLAG: _flag, Kind.NUMBER: _number, Kind.MONEY: _money}
