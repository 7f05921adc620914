"""marshmallow fields that all services share: ids, money, days, plain text, currency."""

import re
import unicodedata
import uuid
from datetime import date
from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, validate

from chassis.errors import not_found
from chassis.types.decimals import parse_decimal, places_of
from chassis.types.ids import parse_id
from chassis.types.money import Money, MoneyError, minor_digits
from chassis.types.text import is_blank, is_identifier

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_MAX_MARKS = 8
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class IdField(fields.Field[uuid.UUID]):
    """A UUID in its canonical spelling."""

    def _deserialize(self, value, attr, data, **kwargs):
        parsed = parse_id(value)
        if parsed is None:
            raise ValidationError("Not an id.")
        return parsed

    def _serialize(self, value, attr, obj, **kwargs):
        return None if value is None else str(value)


class PathId(IdField):
    """The id of a record in a path: a malformed one is like one that does not exist."""

    def _deserialize(self, value, attr, data, **kwargs):
        parsed = parse_id(value)
        if parsed is None:
            raise not_found()
        return parsed


class Text(fields.String):
    """Text as people write it, kept as it is given: NUL, lone surrogates and other control characters are refused, so
    are piles of marks.

    Outer white space is dropped, and text of which nothing can be seen is empty; so a `required` one has something to
    see. `single_line` also refuses line breaks; `name` refuses bidirectional controls besides. An `identifier` is kept
    in NFC and has no code point that cannot be seen, so that what reads the same is the same.
    """

    def __init__(
        self,
        max_length: int,
        *,
        single_line: bool = True,
        name: bool = False,
        identifier: bool = False,
        min_length: int = 0,
        **kwargs,
    ):
        self.single_line, self.name_like, self.identifier = single_line, name, identifier
        min_length = max(min_length, int(kwargs.get("required", False)))
        checks = [validate.Length(min=min_length, max=max_length), *kwargs.pop("validate", [])]
        super().__init__(validate=checks, **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ValidationError("Not valid Unicode text.") from error
        if _CONTROLS.search(text) or (self.single_line and re.search(r"[\r\n\u2028\u2029]", text)):
            raise ValidationError("Control characters cannot be stored.")
        if self.name_like and _BIDI.search(text):
            raise ValidationError("Characters that turn the writing direction are not allowed in a name.")
        text = "" if is_blank(text) else text.strip()
        if self.identifier:
            text = unicodedata.normalize("NFC", text)
            if not is_identifier(text):
                raise ValidationError("Characters that cannot be seen are not allowed here.")
        if _longest_run_of_marks(text) > _MAX_MARKS:
            raise ValidationError("Too many combining marks on one letter.")
        return text


def _longest_run_of_marks(text: str) -> int:
    if text.isascii():
        return 0
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest


class CurrencyField(fields.String):
    """An ISO 4217 code of a currency in use, in capitals."""

    def _deserialize(self, value, attr, data, **kwargs):
        code = super()._deserialize(value, attr, data, **kwargs)
        try:
            minor_digits(code)
        except MoneyError as error:
            raise ValidationError(str(error)) from error
        return code


class MoneyField(fields.Field[Money]):
    """`{"amount": "12.50", "currency": "EUR"}` <-> Money. Never a JSON number."""

    def _deserialize(self, value, attr, data, **kwargs):
        if (
            not isinstance(value, dict)
            or set(value) != {"amount", "currency"}
            or not isinstance(value["currency"], str)
        ):
            raise ValidationError('Money is {"amount": "12.50", "currency": "EUR"}.')
        try:
            return Money.parse(value["amount"], value["currency"])
        except MoneyError as error:
            raise ValidationError(str(error)) from error

    def _serialize(self, value, attr, obj, **kwargs):
        return None if value is None else value.to_wire()


class DecimalText(fields.Decimal):
    """A plain decimal string with at most `whole` digits before and `places` after the point, by its value: "1.500" is
    1.5. Never a JSON number."""

    def __init__(self, *, whole: int, places: int, error: str, negative: bool = False, **kwargs):
        self._whole, self._decimal_places, self._negative, self._error = whole, places, negative, error
        super().__init__(**kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        number = parse_decimal(value)
        if number is None or not self._fits(number):
            raise ValidationError(self._error)
        return number

    def _fits(self, number: Decimal) -> bool:
        small = places_of(number) <= self._decimal_places and abs(number) < 10**self._whole
        return small and (self._negative or not number.is_signed())


class Flag(fields.Boolean):
    """true or false, nothing that merely looks like it."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, bool):
            raise ValidationError("Use true or false.")
        return value


class WholeNumber(fields.Integer):
    """A whole number, of a query also as plain digits: no other alphabet's, no underscores, no white space."""

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, str) and not _DIGITS.fullmatch(value):
            raise ValidationError("Not a whole number.")
        return super()._deserialize(value, attr, data, **kwargs)


class Cells(fields.Field[dict]):
    """A row of a table, {column: text}: at most `columns` of them, each text within MAX_CELL.

    By the thousand, rows are too many for a field to each cell.
    """

    MAX_CELL = 10_000

    def __init__(self, columns: int, **kwargs):
        self.columns = columns
        super().__init__(**kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, dict) or len(value) > self.columns:
            raise ValidationError(f"A row is an object of at most {self.columns} cells.")
        if not all(isinstance(cell, str) and len(cell) <= self.MAX_CELL for cell in value.values()):
            raise ValidationError(f"A cell is a text of at most {self.MAX_CELL} characters.")
        return value


class DayField(fields.Date):
    """A date such as 2026-11-22."""

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise ValidationError("Not a date such as 2026-11-22.")


class PageArguments(Schema):
    """The paging part of every list: `limit` 1 to 100 (25), `after` or `before` a cursor."""

    limit = WholeNumber(load_default=25, validate=validate.Range(min=1, max=100), strict=False)
    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))
    before = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))


class ClientPageArguments(PageArguments):
    """A page of what belongs to one client."""

    client_id = IdField(required=True)
