"""Fields and arguments that several schemas share, read strictly: a number, another alphabet's digits or a loose
spelling is refused."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, DecimalNumber
from chassis.types.fields import IdField, MoneyField, WholeNumber
from chassis.types.money import MAX_MINOR, Money

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class DayField(fields.Date):
    """A date such as 2026-11-22."""

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise ValidationError("Not a date such as 2026-11-22.")


class DecimalText(fields.Decimal):
    """A plain decimal string of at most `whole` digits before and `places` after the point: never a JSON number."""

    def __init__(self, *, whole: int, places: int, error: str, negative: bool = False, **kwargs):
        self._pattern = re.compile(
            rf"{'-?' if negative else ''}(?:0|[1-9][0-9]{{0,{whole - 1}}})(?:\.[0-9]{{1,{places}}})?", re.ASCII
        )
        self._error = error
        super().__init__(**kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or not self._pattern.fullmatch(value):
            raise ValidationError(self._error)
        return Decimal(value)


def more_than_nothing(money: Money) -> None:
    """A check for MoneyField: an amount above zero that can be kept."""
    if not 0 < money.minor <= MAX_MINOR:
        raise ValidationError("An amount is more than zero, and not more than can be billed.")


def positive_money(**options) -> MoneyField:
    """An amount above zero."""
    return MoneyField(validate=more_than_nothing, **options)


def one_of(choices: Iterable[str], **options) -> fields.String:
    """One of a few words."""
    return fields.String(validate=validate.OneOf(tuple(choices)), **options)


def count(**options) -> WholeNumber:
    """A whole number of an answer, never its digits."""
    return WholeNumber(strict=True, **options)


def decimal_number() -> DecimalNumber:
    """A number of an answer, written out without an exponent."""
    return DecimalNumber(validate=validate.Regexp(r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"))


class ClientArguments(Schema):
    """One client."""

    client_id = IdField(required=True)


class ActorAnswer(Answer):
    """Who did something, as named then."""

    kind = one_of(("staff", "contact", "system"))
    id = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
