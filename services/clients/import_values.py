"""Values of an imported row as people write them, and as the fields take them. No I/O."""

import re
from difflib import get_close_matches

from chassis.types.currency_names import nearest_currency
from services.clients.country_names import find_country, nearest_country

STATUSES = {"active": "active", "suspended": "suspended", "inactive": "inactive", "closed": "inactive"}
_LINES = re.compile(r"\s*[\r\n\u2028\u2029]+\s*")


def recognised(cells: dict[str, str]) -> dict[str, str]:
    """The cells with what is meant by them: country, currency and status by their codes, an address of several lines over
    both its fields, other line breaks as spaces. What is not recognised stays."""
    read = {**cells, **_address(cells.get("address1", ""), cells.get("address2", ""))}
    read = {name: _LINES.sub(" ", cell.strip()) for name, cell in read.items()}
    for name, find in (("country", find_country), ("currency_code", str.upper), ("status", str.lower)):
        if read.get(name):
            read[name] = find(read[name]) or read[name]
    return read


def name_parts(name: str) -> tuple[str, str]:
    """First and last name of a name in one cell: by its comma, else the last word with the small ones before it, as in
    "Ludwig van Beethoven", is the last name."""
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip()
    words = name.split()
    begin = len(words) - 1
    while begin > 1 and words[begin - 1].islower():
        begin -= 1
    return " ".join(words[: max(begin, 0)]), " ".join(words[max(begin, 0) :])


def _address(first: str, second: str) -> dict[str, str]:
    """The lines of an address: the first one alone, where the second field is free for the others."""
    lines, others = _lines(first), _lines(second)
    if len(lines) > 1 and not others:
        lines, others = lines[:1], lines[1:]
    return {"address1": ", ".join(lines), "address2": ", ".join(others)}


def _lines(cell: str) -> list[str]:
    return [line for line in _LINES.split(cell.strip()) if line]


def meant(field: str, cell: str) -> str:
    """A sentence that names what is nearest to a value that was not recognised; "" where nothing is."""
    near = {"country": nearest_country, "currency_code": nearest_currency, "status": _nearest_status}.get(field)
    found = near(cell) if near else None
    return f"Is {found} meant?" if found else ""


def _nearest_status(cell: str) -> str | None:
    return next(iter(get_close_matches(cell, STATUSES, n=1)), None)
