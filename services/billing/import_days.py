"""Days in an import's file as people write them: 2026-02-01, 1.2.2026, 2/1/2026, with a time of day or without. No I/O.

A year that stands first is followed by the month; points part day, month and year. With slashes and dashes day or month
may be first: that is what the other dates of the file tell, where one has a part above 12.
"""

import re
from collections.abc import Iterable
from datetime import date

_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?Z?)?"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}", re.ASCII)
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.ASCII)
CENTURY = "20"


def read_days(texts: Iterable[str]) -> dict[str, str]:
    """The days of a file that can be read, {as written: ISO 8601}; those that are written so already are left out."""
    written = {text: text.strip() for text in texts}
    orders = {order for text in written.values() if (order := _order_shown(text))}
    order = orders.pop() if len(orders) == 1 else None
    found = {text: _readings(plain, order) for text, plain in written.items()}
    return {text: days[0] for text, days in found.items() if len(days) == 1 and days[0] != text}


def nearest_days(text: str) -> list[str]:
    """The days that a text which was not read may mean, in ISO 8601: two where day and month can be either, and one of
    this century where its year has two digits."""
    short = _YEAR_LAST.fullmatch(text)
    if short and len(short[4]) == 2:
        text = f"{short[1]}{short[2]}{short[3]}{short[2]}{CENTURY}{short[4]}"
    return _readings(text, None)


def _order_shown(text: str) -> str | None:
    """Which of day and month stands first in `text`, where a part above 12 shows it."""
    found = _YEAR_LAST.fullmatch(text)
    if not found or found[2] == ".":
        return None
    first, second = int(found[1]) > 12, int(found[3]) > 12
    return None if first == second else "day" if first else "month"


def _readings(text: str, order: str | None) -> list[str]:
    """The days that `text` can be, where `order` tells what stands first if anything does."""
    if found := _YEAR_FIRST.fullmatch(text):
        return _real((found[1], found[3], found[4]))
    found = _YEAR_LAST.fullmatch(text)
    if not found or len(found[4]) == 2:
        return []
    first, second, year = found[1], found[3], found[4]
    day_first = [] if order == "month" and found[2] != "." else [(year, second, first)]
    month_first = [] if order == "day" or found[2] == "." else [(year, first, second)]
    return _real(*day_first, *month_first)


def _real(*parts: tuple[str, str, str]) -> list[str]:
    days = {}
    for year, month, day in parts:
        try:
            days[date(int(year), int(month), int(day)).isoformat()] = None
        except ValueError:
            continue
    return list(days)
