"""Serializers of rows: money as objects, ids as strings, times in UTC with a Z."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from chassis.types.money import Money, decimal_amount
from chassis.types.money_format import format_money


def money(minor: int, currency: str) -> dict:
    """`{"amount": "12.50", "currency": "EUR"}`."""
    return {"amount": decimal_amount(minor, currency), "currency": currency}


def amount_text(minor: int, currency: str) -> str:
    """An amount in a sentence, "£12.50"."""
    return format_money(Money(minor, currency))


def day(value: date | None) -> str | None:
    """A date as `2026-11-22`."""
    return value and value.isoformat()


def moment(value: datetime | None) -> str | None:
    """A time as `2026-11-22T17:02:03Z`."""
    return value and value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def ref(value) -> str | None:
    """An id as text."""
    return None if value is None else str(value)


@lru_cache(maxsize=1000)
def decimal(value: Decimal) -> str:
    """A plain decimal string without trailing zeros: "2.5", "20", "0"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def actor(kind: str, identity: str | None, name: str | None) -> dict:
    """Who did it; the system is called System."""
    return {"kind": kind, "id": identity, "name": name or ("System" if kind == "system" else None)}
