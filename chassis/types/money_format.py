"""Money as people read it: "£1,284.40". The one formatter, for pages, documents, mail, the log and refusals.

The sign is CLDR's, the digits are ISO 4217's as the ledger has them: CLDR leaves out the minor units of some currencies
(RSD, IQD), and an amount would be shown rounded.
"""

import unicodedata
from functools import cache

from babel.numbers import get_currency_symbol

from chassis.types.money import Money

MINUS = "\u2212"
NO_BREAK_SPACE = "\u00a0"


def format_money(value: Money) -> str:
    """`Money(128440, "GBP")` as "£1,284.40", a negative one as "−£25.00", one without a sign of its own as "PLN 47.60"
    with a space that does not break."""
    whole, point, rest = value.amount.removeprefix("-").partition(".")
    return f"{MINUS if value.minor < 0 else ''}{currency_sign(value.currency)}{int(whole):,}{point}{rest}"


@cache
def currency_sign(currency: str) -> str:
    """What stands before the digits of an amount, with the space that parts a code from them."""
    sign = get_currency_symbol(currency, locale="en")
    return sign if unicodedata.category(sign[-1]) == "Sc" else f"{sign}{NO_BREAK_SPACE}"
