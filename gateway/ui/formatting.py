"""Formatting: values of the services, written for people: money, dates, relative times, counts, names.

Pure functions over the API's strings (`{"amount", "currency"}`, RFC 3339 times, ISO dates); no amount is ever a float.
Times are UTC, dates read "22 Nov 2026, 16:05", zero and nothing are a quiet dash.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_name, list_currencies

from chassis.types.money import Money, currencies_in_use, minor_digits
from chassis.types.money_format import currency_sign, format_money, other_locale
from chassis.types.text import fold

DASH = "–"
_ENGLISH = Locale("en", "GB")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_ACRONYMS = {"id": "ID", "ip": "IP", "url": "URL", "csv": "CSV", "api": "API"}
_HYPHENATED = {"semi_annual": "Semi-annual", "one_time": "One-time", "auto_renew": "Auto-renew"}
_NO_COLOUR = "#98a2b3"


_language: ContextVar[str] = ContextVar("language", default="")


@contextmanager
def written_in(language: str) -> Iterator[None]:
    """Dates, numbers and amounts inside are written as readers of `language` write them; words stay English."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def _other() -> Locale | None:
    return other_locale(_language.get())


@lru_cache(maxsize=4096)
def _currency_text(amount: str, currency: str, language: str) -> str:
    return format_money(Money.from_wire({"amount": amount, "currency": currency}), language)


def money(value: dict) -> str:
    """`{"amount": "1284.40", "currency": "GBP"}` as "£1,284.40"; a negative one as "−£25.00"."""
    return _currency_text(value["amount"], value["currency"], _language.get())


def signed_money(value: dict) -> str:
    """Money with its sign always shown: "+£240.00", "−£25.00"; zero has none."""
    text = money(value)
    return f"+{text}" if Decimal(value["amount"]) > 0 else text


def currency_look(currency: str) -> dict:
    """How amounts of a currency are written, for the page's script: {"sign": "£", "digits": 2}."""
    return {"sign": currency_sign(currency), "digits": minor_digits(currency)}


def is_zero(value: dict) -> bool:
    """True for a money object of nothing."""
    return Decimal(value["amount"]) == 0


def is_negative(value: dict) -> bool:
    """True for a money object below zero."""
    return Decimal(value["amount"]) < 0


def negated(value: dict) -> dict:
    """The money object with the other sign; shows what lowers an amount due."""
    return {"amount": str(-Decimal(value["amount"])), "currency": value["currency"]}


def parse_time(value: str) -> datetime:
    """An RFC 3339 time as an aware datetime in UTC."""
    when = datetime.fromisoformat(value)
    return when if when.tzinfo is UTC else when.astimezone(UTC)


def day(value: str | date) -> str:
    """A date (or the date of a time) as "22 Nov 2026"."""
    return _day_text(_as_date(value))


def _day_text(when: date) -> str:
    if locale := _other():
        return format_date(when, "medium", locale=locale)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def long_day(value: str | date) -> str:
    """A date as "14 March 2023"."""
    when = _as_date(value)
    if locale := _other():
        return format_date(when, "long", locale=locale)
    return f"{when.day} {_LONG_MONTHS[when.month - 1]} {when.year}"


def moment(value: str) -> str:
    """A time as "22 Nov 2026, 16:05" (UTC)."""
    when = parse_time(value)
    return f"{_day_text(when)}, {_clock_text(when)}"


def timestamp(value: str) -> str:
    """A time to the second, "22 Nov 2026, 16:05:09" (UTC)."""
    return f"{day(value)}, {parse_time(value):%H:%M:%S}"


def clock(value: str) -> str:
    """The hour and minute of a time, "16:05" (UTC)."""
    return _clock_text(parse_time(value))


def _clock_text(when: datetime) -> str:
    return f"{when.hour:02}:{when.minute:02}"


def day_heading(value: str | date, today: date) -> str:
    """A day of the log as "Sunday 22 November"; with its year when that is not this year."""
    when = _as_date(value)
    if locale := _other():
        return format_date(when, "full", locale=locale)
    year = "" if when.year == today.year else f" {when.year}"
    return f"{_WEEKDAYS[when.weekday()]} {when.day} {_LONG_MONTHS[when.month - 1]}{year}"


def short_moment(value: str, now: datetime) -> str:
    """A time of a feed: "Today 16:05", "Yesterday 10:48", "20 Nov 00:05", "4 Dec 2025"."""
    when = parse_time(value)
    days = (now.date() - when.date()).days
    if days in (0, 1):
        return f"{('Today', 'Yesterday')[days]} {_clock_text(when)}"
    if when.year != now.year or _other():
        return _day_text(when)
    return f"{when.day} {_MONTHS[when.month - 1]} {_clock_text(when)}"


def ago(value: str, now: datetime) -> str:
    """How long ago a time was: "just now", "37 min ago", "21 h ago", "yesterday", "9 days ago", "3 months ago"."""
    seconds = (now - parse_time(value)).total_seconds()
    hours = int(seconds // 3600)
    if seconds < 60:
        return "just now"
    if hours < 1:
        return f"{int(seconds // 60)} min ago"
    if hours < 24:
        return f"{hours} h ago"
    return "yesterday" if hours < 48 else f"{_span(hours // 24)} ago"


def lasting(seconds: int) -> str:
    """How long something took: "45 s", "6 min 12 s", "1 h 2 min"."""
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def from_today(value: str | date, today: date) -> str:
    """A date seen from today: "today", "tomorrow", "in 11 days", "44 days ago"."""
    days = (_as_date(value) - today).days
    if days in (0, 1, -1):
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[days]
    return f"in {_span(days)}" if days > 0 else f"{_span(-days)} ago"


def days_between(earlier: str | date, later: str | date) -> int:
    """Whole days from one date to another; negative when the first is the later one."""
    return (_as_date(later) - _as_date(earlier)).days


def _span(days: int) -> str:
    if days < 60:
        return f"{days} days"
    if days < 730:
        return f"{days // 30} months"
    return f"{days // 365} years"


def _as_date(value: str | date) -> date:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value) if len(value) == 10 else parse_time(value).date()


def count(value: int) -> str:
    """A number with thousands set apart: "1,284"."""
    locale = _other()
    return format_decimal(value, locale=locale) if locale else f"{value:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """ "1 row", "1,482 rows"."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def initials(name: str) -> str:
    """The first letters of the first two words that begin with a letter or digit: "Brightwater Studio Ltd" → "BS"."""
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(letters[:2]).upper() or "?"


@lru_cache(maxsize=1024)
def words(slug: str) -> str:
    """A slug as words on screen: "customer_reply" → "Customer reply", "tax_id" → "Tax ID"."""
    if slug in _HYPHENATED:
        return _HYPHENATED[slug]
    parts = [_ACRONYMS.get(part, part) for part in slug.replace("-", "_").replace(".", "_").split("_") if part]
    text = " ".join(parts)
    return text[:1].upper() + text[1:]


def quantity(value: str) -> str:
    """A decimal string without trailing zeros: "2.5000" → "2.5"."""
    if locale := _other():
        return format_decimal(Decimal(value).normalize(), locale=locale, decimal_quantization=False)
    return f"{Decimal(value).normalize():f}"


def percent(value: str) -> str:
    """A percentage string as "20%"."""
    return f"{quantity(value)}%"


def colour(value: str | None) -> str:
    """An admin's colour when it is `#rrggbb`, else grey, so that nothing else ever reaches an attribute."""
    return value if value and _COLOUR.match(value) else _NO_COLOUR


def country_name(code: str) -> str:
    """The English name of an ISO 3166 country; an unknown code stays as it is."""
    return _ENGLISH.territories.get(code.upper(), code)


def language_name(code: str) -> str:
    """The English name of a language tag ("pt-BR" by its first part when the whole is unknown)."""
    names = _ENGLISH.languages
    return names.get(code.replace("-", "_")) or names.get(code.split("-")[0].lower(), code)


@lru_cache(maxsize=1)
def countries() -> list[tuple[str, str]]:
    """All ISO 3166 alpha-2 countries as (code, name), by name."""
    named = [
        (code, name)
        for code, name in _ENGLISH.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return sorted(named, key=lambda pair: fold(pair[1]))


_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA", "XK"}


@lru_cache(maxsize=1)
def currencies() -> list[tuple[str, str]]:
    """Currencies in use today, of those that billing takes, as (code, name), by code."""
    current = {code for territory in _current_currencies().values() for code in territory}
    return [
        (code, get_currency_name(code, locale="en"))
        for code in sorted(list_currencies() & current & currencies_in_use())
    ]


def _current_currencies() -> dict[str, list[str]]:
    from babel.core import get_global

    return {
        territory: [code for code, start, end, tender in entries if end is None and tender and start]
        for territory, entries in get_global("territory_currencies").items()
    }
