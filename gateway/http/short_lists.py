"""Pages of a short list: one that its service answers whole, such as the tags, pages here as every other list does.

A cursor names the row that it stands at, and its place for when that row is gone.
"""

from marshmallow import ValidationError

from chassis.errors import field_problem, from_validation
from chassis.types.cursors import read_cursor, write_cursor
from chassis.types.fields import PageArguments


def page_of(path: str, rows: list[dict], params: dict[str, str]) -> dict:
    """The answer of the list at `path`: the page of `rows` that `limit`, `after` and `before` of `params` name. Raises a
    422 that names a faulty one."""
    try:
        asked = PageArguments().load(params)
    except ValidationError as error:
        raise from_validation(error) from error
    after, before, limit = asked["after"], asked["before"], asked["limit"]
    if after is not None and before is not None:
        raise field_problem("/before", "Give after or before, not both.")
    if before is not None:
        end = _place(path, rows, before, "/before")[0]
        start = max(0, end - limit)
    else:
        start = _place(path, rows, after, "/after")[1] if after is not None else 0
        end = min(len(rows), start + limit)
    following = _cursor(path, rows, end - 1) if start < end < len(rows) else None
    preceding = _cursor(path, rows, start) if 0 < start < end else None
    return _answer(rows[start:end], following, preceding, len(rows))


def whole(rows: list[dict]) -> dict:
    """The answer that has all `rows` on one page: that of a write, which answers what the list now is."""
    return _answer(rows, None, None, len(rows))


def _answer(rows: list[dict], following: str | None, preceding: str | None, total: int) -> dict:
    page = {"next": following, "prev": preceding, "total": total, "exact": True}
    return {"data": rows, "page": page, "unavailable": []}


def _cursor(path: str, rows: list[dict], place: int) -> str:
    return write_cursor(path, (place, rows[place]["id"]))


def _place(path: str, rows: list[dict], cursor: str, pointer: str) -> tuple[int, int]:
    """Where the row of `cursor` begins and ends in `rows`; both are its old place when it is gone."""
    place, row_id = read_cursor(cursor, path, (_natural, str), pointer)
    found = next((index for index, row in enumerate(rows) if row["id"] == row_id), None)
    place = min(place, len(rows)) if found is None else found
    return place, place if found is None else place + 1


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError("no place in a list")
    return int(text)
