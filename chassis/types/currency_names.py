"""Currencies as people name them: by name, or by a code with its letters in another order."""

from difflib import get_close_matches

from iso4217 import Currency

_CODES = {currency.currency_name.casefold(): currency.code for currency in Currency if currency.exponent is not None}


def nearest_currency(written: str) -> str | None:
    """The code of the currency of that name, or of one with the same letters; None where nothing is near."""
    names = get_close_matches(written.casefold(), _CODES, n=1, cutoff=0.8)
    letters = (code for code in _CODES.values() if sorted(code) == sorted(written))
    return _CODES[names[0]] if names else next(letters, None)
