"""Cursors of lists: opaque to whoever is given one, and checked when it comes back."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from chassis.errors import field_problem
from chassis.types.text import is_storable


def write_cursor(name: str, values: Sequence[Any]) -> str:
    """The cursor that stands at `values` in the order called `name`; opaque to whoever is given it."""
    payload = json.dumps([name, *map(str, values)], ensure_ascii=False).encode()
    return urlsafe_b64encode(_checksum(payload) + payload).decode().rstrip("=")


def read_cursor(cursor: str, name: str, parse: Sequence[Callable[[str], Any]], pointer: str) -> list:
    """The values that a cursor stands at, each one that a database can compare. Raises a 422 at `pointer` for any other
    text than `write_cursor` gives for that order: cut, mistyped, or made by somebody."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        checksum, payload = raw[:8], raw[8:]
        found, *texts = json.loads(payload)
        if checksum != _checksum(payload) or found != name or not all(isinstance(text, str) for text in texts):
            raise ValueError("not a cursor of this order")
        return [_comparable(read(text)) for read, text in zip(parse, texts, strict=True)]
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise field_problem(pointer, "This is not a cursor of this list.") from error


def _comparable(value: Any) -> Any:
    """`value` as a database takes it: text without NUL and lone surrogates, integers of 64 bits, moments in UTC."""
    if value is None or isinstance(value, str) and not is_storable(value):
        raise ValueError("no column holds this")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("no column holds this")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment has an offset")
        return value.astimezone(UTC)
    return value


def _checksum(payload: bytes) -> bytes:
    """Catches a cut or mistyped cursor. It is no secret: any well-formed position is safe to ask for, and what is no
    position is refused."""
    return hashlib.blake2b(payload, digest_size=8, person=b"commerce-cursor").digest()
