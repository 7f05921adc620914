"""Money as people read it: "£1,284.40". The one formatter, for pages, documents, mail, the log and refusals.

The sign is CLDR's, the digits are ISO 4217's as the ledger has them: CLDR leaves out the minor units of some currencies
(RSD, IQD), and an amount would be shown rounded.
"""

import unicodedata
from copy import copy
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol

from chassis.types.money import Money, minor_digits

MINUS = "\u2212"
NO_BREAK_SPACE = "\u00a0"


def format_money(value: Money, language: str = "") -> str:
    """`Money(128440, "GBP")` as "£1,284.40", a negative one as "−£25.00", one without a sign of its own as "PLN 47.60"
    with a space that does not break; in another `language` than English as its readers write it: "1.284,40 £"."""
    if locale := other_locale(language):
        pattern = copy(locale.currency_formats["standard"])
        pattern.frac_prec = (minor_digits(value.currency),) * 2
        return pattern.apply(Decimal(value.amount), locale, currency=value.currency, currency_digits=False)
    whole, point, rest = value.amount.removeprefix("-").partition(".")
    return f"{MINUS if value.minor < 0 else ''}{currency_sign(value.currency)}{int(whole):,}{point}{rest}"


@lru_cache(maxsize=256)  # clients choose their language, and no choice of theirs is kept for ever
def other_locale(language: str) -> Locale | None:
    """What is known of how a language such as "de" or "pt-BR" writes; None for English, for none, and for an unknown
    one."""
    try:
        locale = Locale.parse(language, sep="-") if language else None
    except (ValueError, UnknownLocaleError):
        return None
    return locale if locale and locale.language != "en" else None


@cache
def currency_sign(currency: str) -> str:
    """What stands before the digits of an amount, with the space that parts a code from them."""
    sign = get_currency_symbol(currency, locale="en")
    return sign if unicodedata.category(sign[-1]) == "Sc" else f"{sign}{NO_BREAK_SPACE}"
