"""Values of an imported row as people write them, and as the fields take them. No I/O."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from chassis.types.currency_names import nearest_currency
from chassis.types.money import minor_digits
from chassis.types.money_format import currency_sign
from chassis.types.written_numbers import MINUS, plain_number
from services.billing.import_days import nearest_days
from services.billing.rules import INVOICE_STATUSES

STATUSES = {**{status: status for status in INVOICE_STATUSES}, "canceled": "cancelled"}
PLACES = {"quantity": 4, "tax_rate": 3}
_MARK = re.compile(r"[.,](?=[0-9])")
_DOUBTFUL = re.compile(r"[^0-9]*[1-9][0-9]{0,2}[.,][0-9]{3}[^0-9]*")
LONGEST = 60  # characters; no number is longer


def recognised(cells: dict[str, str]) -> dict[str, str]:
    """The cells with what is meant by them: status, currency and dates whatever their case and the space around them.
    What is not recognised stays."""
    read = {name: cell.strip() for name, cell in cells.items() if name in _READERS}
    return {**cells, **{name: _READERS[name](cell) for name, cell in read.items()}}


def read_marks(texts: Iterable[str]) -> dict[str, str]:
    """The numbers of a file that can be read only with the others, {as written: without doubt}: three digits after a
    mark are thousands or a fraction, as the decimal mark is that all the other numbers show."""
    marks = {text: _MARK.findall(text) for text in texts}
    doubtful = {text: found[0] for text, found in marks.items() if _DOUBTFUL.fullmatch(text)}
    shown = {
        found[-1] for text, found in marks.items() if found and text not in doubtful and found.count(found[-1]) == 1
    }
    if len(shown) != 1:
        return {}
    read = {text: _MARK.sub("." if mark in shown else "", text) for text, mark in doubtful.items()}
    return {text: plain for text, plain in read.items() if plain != text}


def amount(text: str, currency: str) -> str:
    """An amount of `currency`, which may have its sign or code beside it, as a plain decimal; what is none stays as it
    is. Raises TwoReadings."""
    marks, minus, cell = _marks(currency), f"([{''.join(MINUS)}]?)", text.strip()
    pattern = rf"{minus}\s*(?:{marks})?\s*{minus}\s*([0-9.,].*?)\s*(?:{marks})?"
    found = re.fullmatch(pattern, cell, re.IGNORECASE) if len(cell) <= LONGEST else None
    return plain_number(f"{found[1] or found[2]}{found[3]}", minor_digits(currency)) if found else cell


def number(name: str, text: str) -> str:
    """The quantity or the tax rate in a cell as a plain decimal; what is none stays as it is. Raises TwoReadings."""
    cell = text.strip().removesuffix("%").rstrip() if name == "tax_rate" else text.strip()
    return plain_number(cell, PLACES[name]) if len(cell) <= LONGEST else cell


def meant(name: str, cell: str) -> str:
    """A sentence that names what is nearest to a value that was not recognised; "" where nothing is."""
    found = " or ".join(_NEAREST[name](cell.strip())) if name in _NEAREST else ""
    return f"Is {found} meant?" if found else ""


def _marks(currency: str) -> str:
    """What may stand beside an amount: the code, and the sign with and without its country ("CA$", "$")."""
    sign = currency_sign(currency).strip()
    bare = [sign[-1], f"{currency[:2]}{sign[-1]}"] if not sign.isalpha() else []
    return "|".join(map(re.escape, [currency, sign, *bare]))


def _status(cell: str) -> str:
    return STATUSES.get(cell.casefold(), cell)


_READERS = {"status": _status, "currency_code": str.upper, "issue_date": str, "due_date": str, "total": str}
_NEAREST = {
    "status": lambda cell: get_close_matches(cell.casefold(), STATUSES, n=1),
    "currency_code": lambda cell: filter(None, [nearest_currency(cell.upper())]),
    "issue_date": nearest_days,
    "due_date": nearest_days,
}
