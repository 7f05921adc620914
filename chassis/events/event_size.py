"""Event size: what a listener reads at most, and how an event that would be larger is shortened where it is made.

The longest old and new values of its `changes` go first, then the longest texts of its facts, until it fits. What was
shortened is whole in the entity that it belongs to; its hash says whether a text somebody has is that one.
"""

import copy
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from chassis.wire import encoded

MAX_BYTES = 256 * 1024
EXCERPT = 120  # characters

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class EventTooLarge(Exception):
    """An event that no listener would read, so it must not be made. It is a fault of its command's schema."""


def canonical(value: Any) -> bytes:
    """One spelling of a JSON value: sorted keys, no spaces, UTF-8. Hashes and commitments are taken of this."""
    return _canonical.encode(value).encode()


def excerpt_of(value: Any) -> dict:
    """What stands for a value that is too long: its first characters, how many it has, and its hash.

    A list of texts reads as their lines, anything else that is no text as its canonical JSON.
    """
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = "\n".join(value)
    else:
        text = value if isinstance(value, str) else canonical(value).decode()
    return {
        "excerpt": text[:EXCERPT] + "…",
        "length": len(text),
        "sha256": hashlib.sha256(canonical(value)).hexdigest(),
    }


def shortened(facts: dict, changes: list[dict], too_much: int) -> tuple[dict, list[dict]]:
    """`facts` and `changes` with at least `too_much` bytes less, or with nothing left to shorten.

    An old or new value becomes its excerpt, an object (`excerpt_of`). A text of the facts stays a text, and
    `facts.shortened` has the rest of its excerpt by its JSON Pointer.
    """
    facts, changes = copy.deepcopy((facts, changes))
    too_much -= _shorten_changes(changes, too_much)
    _shorten_facts(facts, too_much)
    return facts, changes


def _shorten_changes(changes: list[dict], too_much: int) -> int:
    """Shorten old and new values in place; returns how many bytes that saved."""
    saved = 0
    sides = [(change, side) for change in changes for side in ("old", "new")]
    for change, side in sorted(sides, key=lambda place: _size(place[0][place[1]]), reverse=True):
        excerpt = excerpt_of(change[side])
        gain = _size(change[side]) - _size(excerpt)
        if saved >= too_much or gain <= 0:
            break
        change[side] = excerpt
        saved += gain
    return saved


def _shorten_facts(facts: dict, too_much: int) -> None:
    saved, rest = 0, {}
    for pointer, holder, name in sorted(_texts(facts, ""), key=lambda place: _size(place[1][place[2]]), reverse=True):
        excerpt = excerpt_of(holder[name])
        short, of = excerpt["excerpt"], {"length": excerpt["length"], "sha256": excerpt["sha256"]}
        gain = _size(holder[name]) - _size(short) - _size({pointer: of})
        if saved >= too_much or gain <= 0:
            break
        holder[name], rest[pointer] = short, of
        saved += gain
    if rest:
        facts["shortened"] = rest


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, Any, Any]]:
    """Each text inside a value: its JSON Pointer, the object or list that holds it, and its name or place there."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        below = f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
        if isinstance(part, str):
            yield below, value, name
        else:
            yield from _texts(part, below)


def _size(value: Any) -> int:
    return len(encoded(value))
