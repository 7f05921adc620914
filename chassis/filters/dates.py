"""Dates of a filter: a day, `-30d` from today, or a moment, each as the span of time that it is."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_RELATIVE = re.compile(r"([+-])([0-9]{1,4})([dwmy])", re.ASCII)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Span:
    """The time from `start` on and before `end`: of a day all of it, of a moment a microsecond."""

    start: datetime
    end: datetime


def day_of(text: str, today: date) -> date | None:
    """The day that `text` names, None when it names none: `2026-03-01`; `-30d`, `-2w`, `-3m`, `-1y` or the same with a
    plus, counted from today; `today`, or the first day of `this_week` (a Monday), `this_month`, `this_year`."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if found := _RELATIVE.fullmatch(text):
            return _counted(today, int(found[1] + found[2]), found[3])
    except (ValueError, OverflowError):
        return None
    return _NAMED[text](today) if text in _NAMED else None


def span_of(text: str, now: datetime) -> Span | None:
    """The span that `text` names, a day of the time zone of `now`, or a moment as RFC 3339 writes it; None for neither."""
    day = day_of(text, now.date())
    try:
        if day is not None:
            midnights = (datetime.combine(one, time(), now.tzinfo) for one in (day, day + timedelta(days=1)))
            return Span(*midnights)
        moment = datetime.fromisoformat(text) if "T" in text else None
        return None if moment is None or moment.tzinfo is None else Span(moment, moment + _INSTANT)
    except (ValueError, OverflowError):
        return None


def _counted(today: date, count: int, unit: str) -> date:
    if unit in "dw":
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


_NAMED = {
    "today": lambda today: today,
    "this_week": lambda today: today - timedelta(days=today.weekday()),
    "this_month": lambda today: today.replace(day=1),
    "this_year": lambda today: today.replace(month=1, day=1),
}
