"""Portal queries: what a client's own people see of tickets, no internal note, nothing of how staff share their work.

What each answer holds is named here, field by field: a field that the admin gains later does not come along.
"""

import uuid

from sqlalchemy.orm import Session

from services.support.queries import tickets as whole
from services.support.rules import GROUPS

TICKET = ("id", "number", "subject", "status", "department", "opened_at", "last_reply_at")


def tickets(session: Session, client_id: uuid.UUID, *, status: str | None, **page) -> dict:
    """A page of a client's tickets of one group of states or all, newest reply first; `counts` by group."""
    found = whole.tickets(session, client_id, statuses=GROUPS.get(status), **page)
    counts = {group: sum(found["counts"][one] for one in statuses) for group, statuses in GROUPS.items()}
    return {"data": [_row(row) for row in found["data"]], "page": found["page"], "counts": counts}


def ticket(session: Session, client_id: uuid.UUID, ticket_id: uuid.UUID, contact_id: str | None, **page) -> dict:
    """A ticket with a page of what both sides read of its thread, as the contact `contact_id` sees it. Raises
    not-found."""
    found = whole.ticket(session, client_id, ticket_id, internal=False, **page)
    return {
        **_row(found),
        "replies": [_reply(reply, contact_id) for reply in found["replies"]],
        "replies_total": found["replies_total"],
        "page": found["page"],
    }


def _row(row: dict) -> dict:
    last = row["last_reply_by"]
    return {**{name: row[name] for name in TICKET}, "last_reply_by": last and {"kind": last["kind"]}}


def _reply(reply: dict, contact_id: str | None) -> dict:
    """A message with its author's name; `own` when the one who reads it wrote it."""
    author = reply["author"]
    own = author["kind"] == "contact" and author["id"] == contact_id
    return {
        "id": reply["id"],
        "author": {"kind": author["kind"], "name": author["name"], "own": own},
        "body": reply["body"],
        "created_at": reply["created_at"],
    }
