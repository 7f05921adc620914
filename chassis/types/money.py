"""Money: integers of a currency's minor unit (ISO 4217), decimal strings at the edges, never a float.

What an amount may be is said here and nowhere else: at most MAX_MINOR minor units either way, which every reader can
hold (a database's bigint, the 53 bits of a JSON number) and every form, page and document has room for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from iso4217 import Currency

from chassis.types.decimals import parse_decimal

MAX_MINOR = 10**14
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


@cache
def currencies_in_use() -> frozenset[str]:
    """The codes of ISO 4217 that an amount can be in; funds' units and metals have no digits."""
    return frozenset(one.code for one in Currency if one.exponent is not None)


@lru_cache(maxsize=10_000)
def decimal_amount(minor: int, currency: str) -> str:
    """`minor` units as a decimal string with all digits of the currency: "12.50". Lists have hundreds of them."""
    digits = minor_digits(currency)
    if not digits:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}d}"


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
        """Read a plain decimal string such as "12.50" by its value; raises MoneyError for numbers, exponents, too many
        digits, and for more than MAX_MINOR."""
        money = cls._read(amount, currency)
        if abs(money.minor) > MAX_MINOR:
            raise MoneyError(f"An amount is at most {cls(MAX_MINOR, currency).amount} {currency}.")
        return money

    @classmethod
    def from_wire(cls, value: Mapping) -> "Money":
        """Read `{"amount": "12.50", "currency": "EUR"}` as a service answered it, however much it is; raises
        MoneyError."""
        return cls._read(value.get("amount"), str(value.get("currency")))

    @classmethod
    def _read(cls, amount: object, currency: str) -> "Money":
        digits = minor_digits(currency)
        value = parse_decimal(amount)
        if value is None:
            raise MoneyError('An amount is a decimal string such as "12.50".')
        scaled = value.scaleb(digits)
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
        return decimal_amount(self.minor, self.currency)

    def to_wire(self) -> dict:
        """Its JSON form, `{"amount": "12.50", "currency": "EUR"}`."""
        return {"amount": self.amount, "currency": self.currency}
