"""Pages of a short list: one that its service answers whole, such as the tags, pages here as every other list does.

A cursor names the row that it stands at, and its place for when that row is gone. It is opaque to programs, and checked
when it comes back.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from marshmallow import ValidationError

from chassis.errors import field_problem, from_validation
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
    position = json.dumps([place, rows[place]["id"]]).encode()
    return urlsafe_b64encode(_checksum(path, position) + position).decode().rstrip("=")


def _place(path: str, rows: list[dict], cursor: str, pointer: str) -> tuple[int, int]:
    """Where the row of `cursor` begins and ends in `rows`; both are its old place when it is gone."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if raw[:8] != _checksum(path, raw[8:]):
            raise ValueError("not a cursor of this list")
        place, row_id = json.loads(raw[8:])
        if type(place) is not int or place < 0 or not isinstance(row_id, str):
            raise ValueError("no position")
    except (ValueError, TypeError, RecursionError) as error:
        raise field_problem(pointer, "This is not a cursor of this list.") from error
    found = next((index for index, row in enumerate(rows) if row["id"] == row_id), None)
    place = min(place, len(rows)) if found is None else found
    return place, place if found is None else place + 1


def _checksum(path: str, position: bytes) -> bytes:
    """Catches a cursor that is cut, mistyped or another list's. It is no secret: any position is safe to ask for."""
    return hashlib.blake2b(path.encode() + b"\0" + position, digest_size=8, person=b"short-list").digest()
