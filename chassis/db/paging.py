"""Keyset paging: page 10,000 costs what page 1 costs. Cursors are opaque to callers and checked when they come back."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import Session

from chassis.errors import field_problem
from chassis.types.text import is_storable

PAGE_BYTES = 1024 * 1024  # of a page's rows: an answer is one message, and is read and written in one stretch


@dataclass(frozen=True)
class Order:
    """An order of rows: its name, the columns that make it total (the id last), and how a cursor's text becomes a
    value.

    All columns run the same way, so that one row comparison finds the next page on one index.
    """

    name: str
    columns: Sequence[Any]
    parse: Sequence[Callable[[str], Any]]
    descending: bool = False


def fetch_page(
    session: Session,
    statement: Select,
    order: Order,
    *,
    limit: int,
    after: str | None = None,
    before: str | None = None,
    dump: Callable[[list], list[dict]] | None = None,
) -> tuple[list, dict]:
    """One page of `statement` in `order`.

    Returns (rows, {"next": cursor|None, "prev": cursor|None}); with `dump`, which makes the rows' JSON forms, one for
    each, these instead of the rows. Such a page ends before PAGE_BYTES where it has more than one row, and the next one
    begins there. Raises a 422 for a cursor that is not one of this order's, and for `after` and `before` together.
    """
    if after is not None and before is not None:
        raise field_problem("/before", "Give after or before, not both.")
    backwards = before is not None
    cursor = before if backwards else after
    keys = [column.label(f"key_{index}") for index, column in enumerate(order.columns)]
    statement = statement.add_columns(*keys)
    if cursor is not None:
        statement = statement.where(_beyond(order, cursor, backwards))
    descending = order.descending != backwards
    statement = statement.order_by(*(c.desc() if descending else c.asc() for c in order.columns)).limit(limit + 1)
    rows = session.execute(statement).all()
    more, rows = len(rows) > limit, rows[:limit]
    shown = rows if dump is None else within_bytes(dump(rows))
    more, rows = more or len(shown) < len(rows), rows[: len(shown)]
    if backwards:
        rows, shown = rows[::-1], shown[::-1]
    has_next = bool(rows) and (backwards or more)
    has_prev = bool(rows) and (more if backwards else cursor is not None)
    return shown, {
        "next": _cursor_of(order, rows[-1]) if has_next else None,
        "prev": _cursor_of(order, rows[0]) if has_prev else None,
    }


def within_bytes(answers: list[dict], most: int = PAGE_BYTES) -> list[dict]:
    """The first of `answers`, those that are `most` bytes of JSON together; at least one."""
    size = 0
    for place, answer in enumerate(answers):
        size += len(json.dumps(answer, ensure_ascii=False).encode())
        if size > most and place:
            return answers[:place]
    return answers


def page_of(rows: list, cursors: dict, *, total: int | None = None, exact: bool = True) -> dict:
    """The answer of every list: `{"data": rows, "page": {"next", "prev", "total", "exact"}}`."""
    return {"data": rows, "page": {**cursors, "total": total, "exact": exact}}


def _beyond(order: Order, cursor: str, backwards: bool):
    values = read_cursor(cursor, order.name, order.parse, "/before" if backwards else "/after")
    position, columns = tuple_(*values), tuple_(*order.columns)
    return columns < position if order.descending != backwards else columns > position


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


def _cursor_of(order: Order, row) -> str:
    return write_cursor(order.name, [getattr(row, f"key_{index}") for index in range(len(order.columns))])


def _checksum(payload: bytes) -> bytes:
    """Catches a cut or mistyped cursor. It is no secret: any well-formed position is safe to ask for, and what is no
    position is refused."""
    return hashlib.blake2b(payload, digest_size=8, person=b"commerce-cursor").digest()
