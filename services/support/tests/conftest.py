"""Tickets to read, and the doors to read them through."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from services.support.models import Reply, Ticket

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLIENT = uuid.UUID("0192f0c1-0000-7000-8000-00000000c11e")
OTHER = uuid.UUID("0192f0c1-0000-7000-8000-00000000c12e")


@pytest.fixture
def session(session_of):
    """A session of the service's app role on an empty database."""
    return session_of("support")


@pytest.fixture
def make_ticket(session):
    """`make_ticket(minutes_ago, replies=[…], **columns)`: a committed ticket whose last reply is that old."""
    def make(minutes_ago: int = 0, *, replies=(), client_id=CLIENT, **columns) -> Ticket:
        at = NOON - timedelta(minutes=minutes_ago)
        defaults = {"subject": f"Ticket of {minutes_ago}", "opened_at": at - timedelta(days=1), "last_reply_at": at,
                    "last_reply_by_kind": "staff", "last_reply_by_name": "Ada Staff"}
        ticket = Ticket(client_id=client_id, **{**defaults, **columns})
        session.add(ticket)
        session.flush()
        for number, reply in enumerate(replies):
            session.add(Reply(**{"ticket_id": ticket.id, "author_kind": "contact", "author_id": "c1", "author_name": "Cleo",
                                 "created_at": at + timedelta(seconds=number), **reply}))
        session.commit()
        return ticket
    return make


@pytest.fixture
def ask(run_service, databases, calls, make_caller):
    """`ask("list_tickets", client_id=…)`: call a door as staff at that client's record."""
    from services.support.service import SupportService

    run_service(SupportService, databases("support").app_url)

    def call(door: str, *, caller: dict | None = None, **arguments):
        given = {"client_id": str(CLIENT), **arguments}
        who = make_caller(**{"client_id": given["client_id"], **(caller or {})})
        return calls.call(who, f"support.{door}", seconds=5, **given)
    return call
