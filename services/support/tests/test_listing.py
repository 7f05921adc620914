"""Tickets of all clients: orders, filters, what a search finds, and what waits."""

import uuid

import pytest

from services.support import schemas
from services.support.queries.listing import all_tickets, count_waiting
from services.support.tests.conftest import CLIENT, NOON, OTHER

STAFF = uuid.UUID("0192f0c1-0000-7000-8000-0000000057af")


def page(session, **given) -> dict:
    """A page as the RPC method answers it, its arguments and the answer held to their schemas."""
    answer = all_tickets(session, now=NOON, **schemas.AllTickets().load(given))
    assert schemas.AllTicketsList().validate(answer) == {}
    return answer


@pytest.fixture
def tickets(make_ticket) -> list[int]:
    """The numbers of four tickets, the last replied to first."""
    made = [
        make_ticket(5, status="customer_reply", subject="Site is slow", priority="urgent"),
        make_ticket(10, status="open", client_id=OTHER, subject="Mail bounces", last_reply_at=None),
        make_ticket(60, status="answered", assigned_to_id=STAFF, assigned_to_name="Ada Staff"),
        make_ticket(60 * 48, status="closed", subject="Slow site of 2024"),
    ]
    made[1].last_reply_at = made[1].opened_at
    return [one.number for one in made]


@pytest.mark.parametrize(
    "given, found",
    [
        ({}, [0, 2, 1, 3]),
        ({"status": "open,customer_reply", "sort": "active"}, [1, 0]),
        ({"status": "closed"}, [3]),
        ({"priority": "urgent"}, [0]),
        ({"assigned": str(STAFF)}, [2]),
        ({"client": str(OTHER)}, [1]),
        ({"q": "slow SITE"}, [0, 3]),
        ({"q": "brightwater", "clients": [str(OTHER)]}, [1]),
        ({"from": "2026-11-20", "to": "2026-11-20"}, [3]),
        ({"sort": "number"}, [0, 1, 2, 3]),
        ({"filter": "subject:SLOW AND last_reply < -1d"}, [3]),
        ({"filter": "assigned_to = null AND status != closed"}, [0, 1]),
    ],
)
def test_tickets_are_sorted_filtered_and_found(session, tickets, given, found):
    answer = page(session, **given)
    assert [row["number"] for row in answer["data"]] == [tickets[place] for place in found]
    assert answer["totals"] == [{"count": len(found)}] and answer["page"]["total"] == len(found)


def test_a_ticket_is_found_by_its_number(session, tickets):
    assert [row["number"] for row in page(session, q=f"#{tickets[1]}")["data"]] == [tickets[1]]


def test_pages_join_without_gap_or_double(session, make_ticket):
    made = [make_ticket(5, client_id=client).number for client in (CLIENT, OTHER) for _ in range(4)]
    first = page(session, limit=3)
    second = page(session, limit=3, after=first["page"]["next"])
    third = page(session, limit=3, after=second["page"]["next"])
    read = [row["number"] for part in (first, second, third) for row in part["data"]]
    assert sorted(read) == made and third["page"]["next"] is None
    assert page(session, limit=3, before=second["page"]["prev"])["data"] == first["data"]


def test_what_waits_for_an_answer_is_counted(session, tickets):
    assert count_waiting(session) == {"tickets": 2}
