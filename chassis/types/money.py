"""Money: integers of a currency's minor unit (ISO 4217), decimal strings at the edges, never a float."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from iso4217 import Currency

MAX_MINOR = 10**14
_AMOUNT = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,4})?", re.ASCII)
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)


class MoneyError(ValueError):
    """An amount or a currency that cannot be accepted; its text is a sentence for people."""


@cache
def minor_digits(currency: str) -> int:
    """Digits after the point in `currency`: USD 2, JPY 0, KWD 3. Raises MoneyError for what is no currency in use."""
    try:
        exponent = Currency(currency).exponent if _CODE.fullmatch(currency) else None
    except ValueError:
        exponent = None
    if exponent is None:
        raise MoneyError(f"{currency!r} is not a currency of ISO 4217.")
    return exponent


def round_minor(exact: Decimal) -> int:
    """An exact count of minor units rounded half up (away from zero at the half)."""
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, in its minor unit: Money(1250, "EUR") is twelve euros fifty."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, amount: object, currency: str) -> "Money":
        """Read a plain decimal string such as "12.50"; raises MoneyError for numbers, exponents, too many digits."""
        digits = minor_digits(currency)
        if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
            raise MoneyError('An amount is a decimal string such as "12.50".')
        scaled = Decimal(amount).scaleb(digits)
        if scaled != scaled.to_integral_value():
            raise MoneyError(f"{currency} has {digits} digits after the point.")
        return cls(int(scaled), currency)

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise MoneyError("Amounts of two currencies are never added.")
        return Money(self.minor + other.minor, self.currency)

    @property
    def amount(self) -> str:
        """The amount as a decimal string with all digits of the currency: "12.50"."""
        digits = minor_digits(self.currency)
        if not digits:
            return str(self.minor)
        whole, rest = divmod(abs(self.minor), 10**digits)
        return f"{'-' if self.minor < 0 else ''}{whole}.{rest:0{digits}d}"

    def to_wire(self) -> dict:
        """Its JSON form, `{"amount": "12.50", "currency": "EUR"}`."""
        return {"amount": self.amount, "currency": self.currency}
