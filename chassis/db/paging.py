"""Keyset paging: page 10,000 costs what page 1 costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, tuple_
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.errors import field_problem
from chassis.types.cursors import read_cursor, write_cursor
from chassis.wire import encoded

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
    cursor, backwards = _asked(after, before)
    beyond = () if cursor is None else _position(order, cursor, backwards)
    rows = session.execute(_in_order(statement, order, beyond, backwards).limit(limit + 1)).all()
    return _page(rows, order, limit, cursor, backwards, dump)


class CompiledPage:
    """A list whose pages many requests read: `fetch_page` of a statement that is compiled once, as a CompiledSelect."""

    def __init__(self, statement: Select, order: Order):
        self._order = order
        keys = [bindparam(f"beyond_{index}", type_=column.type) for index, column in enumerate(order.columns)]
        self._selects = {
            (beginning, backwards): CompiledSelect(
                _in_order(statement, order, () if beginning else keys, backwards).limit(bindparam("rows"))
            )
            for beginning, backwards in ((True, False), (False, False), (False, True))
        }

    def fetch(
        self,
        session: Session,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
        dump: Callable[[list], list[dict]] | None = None,
        **values,
    ) -> tuple[list, dict]:
        """One page, as `fetch_page` returns it, and its errors; `values` are those of the statement."""
        cursor, backwards = _asked(after, before)
        beyond = () if cursor is None else _position(self._order, cursor, backwards)
        keys = {f"beyond_{index}": value for index, value in enumerate(beyond)}
        rows = self._selects[cursor is None, backwards].all(session, rows=limit + 1, **keys, **values)
        return _page(rows, self._order, limit, cursor, backwards, dump)


def _asked(after: str | None, before: str | None) -> tuple[str | None, bool]:
    """The cursor that a page begins at, and whether it goes backwards from there."""
    if after is not None and before is not None:
        raise field_problem("/before", "Give after or before, not both.")
    return (after, False) if before is None else (before, True)


def _position(order: Order, cursor: str, backwards: bool) -> list:
    return read_cursor(cursor, order.name, order.parse, "/before" if backwards else "/after")


def _in_order(statement: Select, order: Order, beyond: Sequence[Any], backwards: bool) -> Select:
    """`statement` in `order`, from the values `beyond` on where there are any, with what the cursor of a row is of."""
    statement = statement.add_columns(*(column.label(f"key_{index}") for index, column in enumerate(order.columns)))
    descending = order.descending != backwards
    if beyond:
        position, columns = tuple_(*beyond), tuple_(*order.columns)
        statement = statement.where(columns < position if descending else columns > position)
    return statement.order_by(*(c.desc() if descending else c.asc() for c in order.columns))


def _page(rows: list, order: Order, limit: int, cursor: str | None, backwards: bool, dump) -> tuple[list, dict]:
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
        size += len(encoded(answer))
        if size > most and place:
            return answers[:place]
    return answers


def page_of(rows: list, cursors: dict, *, total: int | None = None, exact: bool = True) -> dict:
    """The answer of every list: `{"data": rows, "page": {"next", "prev", "total", "exact"}}`."""
    return {"data": rows, "page": {**cursors, "total": total, "exact": exact}}


def _cursor_of(order: Order, row) -> str:
    return write_cursor(order.name, [getattr(row, f"key_{index}") for index in range(len(order.columns))])
