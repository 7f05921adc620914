"""Identifiers: UUIDv7, the same in the databases, on the bus and in the API."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A fresh UUIDv7 (RFC 9562): unique, and in the order of its making."""
    return uuid7()


def parse_id(text: object) -> uuid.UUID | None:
    """The UUID that `text` spells in its canonical form, else None: a malformed id is like one that does not exist."""
    try:
        parsed = uuid.UUID(str(text))
    except ValueError:
        return None
    return parsed if str(parsed) == str(text).lower() else None
