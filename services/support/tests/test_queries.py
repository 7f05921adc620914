"""What staff read of tickets."""

import json
import uuid

import pytest

from chassis.db.paging import PAGE_BYTES
from chassis.errors import ServiceProblem
from services.support.models import Department
from services.support.queries.tickets import overview, ticket, tickets
from services.support.schemas import LONGEST_MESSAGE
from services.support.tests.conftest import CLIENT, OTHER
from tests.support.largest_requests import WIDE

PAGE = {"statuses": None, "limit": 25, "after": None, "before": None}


def test_the_newest_reply_comes_first_and_a_ticket_without_one_counts_from_its_opening(session, make_ticket):
    old, new = make_ticket(90), make_ticket(5)
    silent = make_ticket(30, opened_at=new.opened_at.replace(hour=23), last_reply_at=None, last_reply_by_kind=None)
    rows = tickets(session, CLIENT, **PAGE)["data"]
    assert [row["number"] for row in rows] == [new.number, old.number, silent.number]
    assert rows[2]["last_reply_at"] is None and rows[2]["last_reply_by"] is None


def test_a_row_has_the_fields_of_the_api(session, make_ticket):
    session.add(department := Department(name="Billing"))
    session.flush()
    staff = uuid.uuid4()
    made = make_ticket(
        subject="Invoice not visible",
        status="answered",
        priority="high",
        department_id=department.id,
        assigned_to_id=staff,
        assigned_to_name="Ines Carvalho",
    )
    (row,) = tickets(session, CLIENT, **PAGE)["data"]
    assert row == {
        "id": str(made.id),
        "number": made.number,
        "subject": "Invoice not visible",
        "status": "answered",
        "priority": "high",
        "department": "Billing",
        "assigned_to": {"id": str(staff), "name": "Ines Carvalho"},
        "opened_at": "2026-11-21T12:00:00.000Z",
        "last_reply_at": "2026-11-22T12:00:00.000Z",
        "last_reply_by": {"kind": "staff", "name": "Ada Staff"},
    }


def test_pages_join_without_gap_or_double_also_where_replies_are_equally_old(session, make_ticket):
    for minutes in (1, 2, 2, 2, 3, 4, 4):
        make_ticket(minutes)
    whole = [row["number"] for row in tickets(session, CLIENT, **PAGE)["data"]]
    seen, after = [], None
    while True:
        page = tickets(session, CLIENT, **{**PAGE, "limit": 2, "after": after})
        seen += [row["number"] for row in page["data"]]
        after = page["page"]["next"]
        if after is None:
            break
    assert seen == whole and len(whole) == 7
    back = tickets(session, CLIENT, **{**PAGE, "limit": 2, "before": page["page"]["prev"]})
    assert [row["number"] for row in back["data"]] == whole[4:6]


def test_a_status_narrows_the_list_and_the_counts_stay_whole(session, make_ticket):
    make_ticket(1, status="closed"), make_ticket(2, status="open"), make_ticket(3, status="closed")
    make_ticket(4, status="closed", client_id=OTHER)
    answer = tickets(session, CLIENT, **{**PAGE, "statuses": ("closed",)})
    assert [row["status"] for row in answer["data"]] == ["closed", "closed"]
    assert answer["page"]["total"] == 2 and answer["page"]["exact"]
    assert answer["counts"] == {
        "open": 1,
        "answered": 0,
        "customer_reply": 0,
        "in_progress": 0,
        "on_hold": 0,
        "closed": 2,
    }


def test_a_thread_reads_from_its_beginning_with_internal_notes_marked(session, make_ticket):
    made = make_ticket(
        replies=[
            {"body": "It is gone."},
            {"body": "Looks unpaid.", "internal": True, "author_kind": "staff"},
            {"body": None, "author_name": None},
        ]
    )
    thread = ticket(session, CLIENT, str(made.id))
    assert [(reply["body"], reply["internal"]) for reply in thread["replies"]] == [
        ("It is gone.", False),
        ("Looks unpaid.", True),
        ("", False),
    ]
    assert [reply["author"]["name"] for reply in thread["replies"]] == ["Cleo", "Cleo", "Erased person"]


def test_a_very_long_thread_shows_its_newest_two_hundred_and_then_the_older_ones(session, make_ticket):
    made = make_ticket(replies=[{"body": str(n)} for n in range(203)])
    thread = ticket(session, CLIENT, str(made.id))
    assert [thread["replies"][0]["body"], thread["replies"][-1]["body"]] == ["3", "202"]
    assert (len(thread["replies"]), thread["replies_total"]) == (200, 203)
    older = ticket(session, CLIENT, str(made.id), after=thread["page"]["next"])
    assert [reply["body"] for reply in older["replies"]] == ["0", "1", "2"]
    assert older["page"]["next"] is None and older["page"]["prev"] is not None


def test_a_thread_of_long_messages_is_read_page_by_page_with_each_of_them_once(session, make_ticket):
    """Sixty-nine of the longest messages there may be: together they are more than one message of the bus carries."""
    texts = [f"{n}{WIDE * (LONGEST_MESSAGE - len(str(n)))}" for n in range(69)]
    made = make_ticket(replies=[{"body": text} for text in texts])
    read, cursor = [], None
    while not read or cursor:
        page = ticket(session, CLIENT, str(made.id), after=cursor)
        assert len(json.dumps(page, ensure_ascii=False).encode()) < PAGE_BYTES + 4096
        read, cursor = [*(reply["body"] for reply in page["replies"]), *read], page["page"]["next"]
    assert read == texts


@pytest.mark.parametrize("wrong", ["nonsense", str(uuid.uuid4()), "'; DROP TABLE tickets"])
def test_an_absent_a_foreign_and_a_malformed_id_answer_alike(session, make_ticket, wrong):
    foreign = make_ticket(client_id=OTHER)
    for ticket_id in (wrong, str(foreign.id)):
        with pytest.raises(ServiceProblem) as refused:
            ticket(session, CLIENT, ticket_id)
        assert refused.value.code == "not-found"


def test_the_overview_shows_the_three_unfinished_tickets_replied_to_last(session, make_ticket):
    made = [
        make_ticket(minutes, status=status)
        for minutes, status in enumerate(["closed", "answered", "open", "on_hold", "customer_reply"])
    ]
    answer = overview(session, CLIENT)
    assert answer["counts"] == {"tickets": 5, "open": 4}
    assert [row["number"] for row in answer["open"]] == [one.number for one in made[1:4]]


def test_the_rpc_methods_answer_for_the_client_of_the_context_alone(ask, make_ticket):
    made = make_ticket(1)
    assert ask("list_tickets")["page"]["total"] == 1
    assert ask("get_ticket", ticket_id=str(made.id))["number"] == made.number
    assert ask("get_overview")["counts"] == {"tickets": 1, "open": 1}
    for rpc, arguments in (("list_tickets", {}), ("get_ticket", {"ticket_id": str(made.id)}), ("get_overview", {})):
        with pytest.raises(ServiceProblem) as refused:
            ask(rpc, caller={"client_id": str(OTHER)}, **arguments)
        assert refused.value.code == "not-found"


def test_an_unknown_status_or_parameter_is_refused_by_name(ask, session):
    with pytest.raises(ServiceProblem) as refused:
        ask("list_tickets", status="lost", sort="number")
    assert (refused.value.status, {error["pointer"] for error in refused.value.errors}) == (422, {"/status", "/sort"})


def test_reading_tickets_needs_its_permission(ask, session):
    with pytest.raises(ServiceProblem) as refused:
        ask("list_tickets", caller={"permissions": ("clients.view",)})
    assert refused.value.code == "forbidden"
