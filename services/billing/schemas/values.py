"""Values that several RPC methods take, read strictly: a number, another alphabet's digits or a loose spelling is
refused."""

import re
from datetime import date
from decimal import Decimal

from marshmallow import ValidationError, fields

from chassis.errors import not_found
from chassis.types.fields import IdField, MoneyField
from chassis.types.ids import parse_id
from chassis.types.money import MAX_MINOR, Money

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class PathId(IdField):
    """The id of a record in a path: a malformed one is like one that does not exist."""

    def _deserialize(self, value, attr, data, **kwargs):
        parsed = parse_id(value)
        if parsed is None:
            raise not_found()
        return parsed


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
