"""Keyset paging: page 10,000 costs what page 1 costs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import Session

from chassis.errors import field_problem
from chassis.types.cursors import read_cursor, write_cursor

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


def _cursor_of(order: Order, row) -> str:
    return write_cursor(order.name, [getattr(row, f"key_{index}") for index in range(len(order.columns))])
