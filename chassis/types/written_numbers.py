"""Numbers as people write them, read into plain decimals: "1,234.56", "1.234,56", "1 234,56", "1'234.56", "1,23,456.00".

A plain decimal is itself. Else spaces and apostrophes part thousands; of comma and point the last is the decimal mark
where both stand, and one that stands twice parts thousands. A single comma before three digits may be either: it is what
there are digits for, and where that is both, both are named and neither is taken. The pages' script reads numbers by the
same rule (gateway/static/amounts.js).
"""

import re

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SPACE, _APOSTROPHE = "[ \u00a0\u2009\u202f]", "['\u2019]"
MINUS = ("-", "\u2212")


class TwoReadings(ValueError):
    """A number that can be read in two ways; its text is a sentence that names both."""


def plain_number(text: str, places: int) -> str:
    """A number of up to `places` digits after its decimal mark as a plain decimal; what is no number stays as it is.

    Raises TwoReadings.
    """
    digits = text[1:].lstrip() if text.startswith(MINUS) else text
    if _PLAIN.fullmatch(digits):
        return _signed(text, digits)
    readings = _readings(digits)
    fitting = [one for one in readings if len(one.partition(".")[2]) <= places] or readings
    fitting = [_signed(text, one) for one in fitting]
    if len(fitting) > 1:
        raise TwoReadings(f"This can be read as {' and as '.join(fitting)}. Write one of them.")
    return fitting[0] if fitting else text


def is_plain(text: str) -> bool:
    """Whether `text` needs no reading: it is a plain decimal, or nothing."""
    return not text or _PLAIN.fullmatch(text.removeprefix("-")) is not None


def _signed(text: str, digits: str) -> str:
    return f"-{digits}" if text.startswith(MINUS) else digits


def _readings(digits: str) -> list[str]:
    """What `digits` can be read as, without a mark of thousands, with a point for a decimal mark."""
    found = {}
    for mark, other in ((".", ","), (",", ".")):
        for thousands in (re.escape(other), _SPACE, _APOSTROPHE):
            if match := re.fullmatch(_pattern(thousands, re.escape(mark)), digits, re.ASCII):
                whole = re.sub(r"[^0-9]", "", match["whole"]) or "0"
                found[f"{whole}.{match['rest']}" if match["rest"] else whole] = None
    return list(found)


def _pattern(thousands: str, mark: str) -> str:
    """Digits in groups of three, or as India writes them, or in none, and a decimal mark with more."""
    groups = rf"[1-9][0-9]{{0,2}}(?:{thousands}[0-9]{{3}})+|[1-9][0-9]?(?:{thousands}[0-9]{{2}})+{thousands}[0-9]{{3}}"
    return rf"(?P<whole>{groups}|[0-9]+|(?={mark}))(?:{mark}(?P<rest>[0-9]+))?"
