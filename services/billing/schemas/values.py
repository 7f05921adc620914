"""Fields and arguments that several schemas and the import share, so that each takes what the others take.

Read strictly, by value: a number, another alphabet's digits or a loose spelling is refused; zeros at an end are not.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, DecimalNumber
from chassis.types.fields import DayField, DecimalText, IdField, MoneyField, WholeNumber
from chassis.types.money import Money

QUANTITY = 'A quantity is a decimal string such as "2.5", more than zero, with up to 4 digits after the point.'
RATE = 'A tax rate is a percentage as a decimal string, "0" to "100", with up to 3 digits after the point.'

# The days that a document, a payment or a domain can have: a spreadsheet's zero (1899-12-30) is none, nor is year 1.
FIRST_DAY = date(1970, 1, 1)
YEARS_AHEAD = 100


class RecordedDay(DayField):
    """A date that is to be kept, of a document, a payment or a domain: from FIRST_DAY to YEARS_AHEAD years from now."""

    def _deserialize(self, value, attr, data, **kwargs):
        day = super()._deserialize(value, attr, data, **kwargs)
        last = date(datetime.now(UTC).year + YEARS_AHEAD, 12, 31)
        if not FIRST_DAY <= day <= last:
            raise ValidationError(f"A date is not before {FIRST_DAY} and not after {last}.")
        return day


def quantity(**options) -> DecimalText:
    """How much of something a line has: more than zero; what is given back is a line with a price below zero."""
    above_zero = validate.Range(min=0, min_inclusive=False, error=QUANTITY)
    return DecimalText(whole=8, places=4, error=QUANTITY, validate=above_zero, **options)


def tax_rate(**options) -> DecimalText:
    """A tax rate in percent."""
    most = validate.Range(max=100, error=RATE)
    return DecimalText(whole=3, places=3, error=RATE, validate=most, **options)


def more_than_nothing(money: Money) -> None:
    """A check for MoneyField: an amount above zero."""
    if money.minor <= 0:
        raise ValidationError("An amount is more than zero.")


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
