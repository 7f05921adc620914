"""What staff write into tickets, and what becomes of the tickets."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.support import rules
from services.support.models import Department, Reply, Ticket
from services.support.tests.conftest import CLIENT, OTHER

INERT = "<script>alert(1)</script> \u202egnp.exe \U0001f468‍\U0001f469‍\U0001f467\r\nsecond line"
STAFF = "0192f0c1-2345-7abc-8def-0123456789ab"


@pytest.fixture
def refusal(ask):
    def call(rpc, **arguments) -> ServiceProblem:
        with pytest.raises(ServiceProblem) as refused:
            ask(rpc, **arguments)
        return refused.value

    return call


@pytest.fixture
def department(session):
    """Two departments: the tests' database is empty, also of the first ones."""
    session.add_all([Department(name="Billing"), Department(name="Support")])
    session.commit()


@pytest.fixture
def opened(ask, department) -> dict:
    """A ticket that staff opened."""
    return ask(
        "open_ticket", subject="I can't see my invoice", body="It is gone.", priority="high", department="Billing"
    )


def events(session) -> list:
    session.rollback()
    return session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal).order_by(outbox.c.id)).all()


def test_a_ticket_is_opened_with_its_first_message_by_whoever_asks(ask, opened, session):
    assert (opened["status"], opened["priority"], opened["department"]) == ("open", "high", "Billing")
    assert opened["assigned_to"] is None and opened["last_reply_at"] is None and opened["number"] >= 1
    (message,) = opened["replies"]
    assert message["author"] == {"kind": "staff", "id": STAFF, "name": "Ada Staff"}
    assert (message["body"], message["internal"]) == ("It is gone.", False)
    assert ask("get_ticket", ticket_id=opened["id"]) == opened
    (event,) = events(session)
    assert event.type == "ticket.opened.v1" and event.body["facts"]["entity"] == {"type": "ticket", "id": opened["id"]}
    facts = event.body["facts"]
    assert (facts["number"], facts["department"], facts["priority"]) == (opened["number"], "Billing", "high")
    assert (facts["reply_id"], facts["assigned_to_id"]) == (message["id"], None)
    assert event.personal["subject"]["value"] == "I can't see my invoice" and "invoice" not in str(event.body)


def test_numbers_are_unique_and_grow(ask, department):
    numbers = [ask("open_ticket", subject="x", body="y")["number"] for _ in range(3)]
    assert numbers == sorted(set(numbers))


def test_a_reply_answers_and_is_the_last_one_and_a_note_is_neither(ask, opened, session):
    note = ask("reply_ticket", ticket_id=opened["id"], body="Looks unpaid.", internal=True)
    assert (note["internal"], note["author"]["name"]) == (True, "Ada Staff")
    seen = ask("get_ticket", ticket_id=opened["id"])
    assert (seen["status"], seen["last_reply_at"]) == ("open", None)
    reply = ask("reply_ticket", ticket_id=opened["id"], body=INERT)
    seen = ask("get_ticket", ticket_id=opened["id"])
    assert (seen["status"], seen["last_reply_at"]) == ("answered", reply["created_at"])
    assert seen["last_reply_by"] == {"kind": "staff", "name": "Ada Staff"}
    assert [message["body"] for message in seen["replies"]] == ["It is gone.", "Looks unpaid.", INERT]
    published = events(session)[1:]
    assert [(event.type, event.body["facts"]["reply_id"], event.body["facts"]["status"]) for event in published] == [
        ("ticket.internal_note_added.v1", note["id"], "open"),
        ("ticket.replied.v1", reply["id"], "answered"),
    ]
    assert published[0].personal["body"]["value"] == "Looks unpaid." and "unpaid" not in str(published[0].body)


def test_a_reply_to_a_closed_ticket_reopens_it_and_a_note_does_not(ask, opened):
    ask("update_ticket", ticket_id=opened["id"], status="closed")
    ask("reply_ticket", ticket_id=opened["id"], body="For us.", internal=True)
    assert ask("get_ticket", ticket_id=opened["id"])["status"] == "closed"
    ask("reply_ticket", ticket_id=opened["id"], body="One more thing.")
    assert ask("get_ticket", ticket_id=opened["id"])["status"] == "answered"


def test_what_changes_is_said_with_old_and_new_and_what_stays_is_not(ask, opened, session):
    mara = {"id": str(uuid.uuid4()), "name": "Mara Lindqvist"}
    changed = ask(
        "update_ticket",
        ticket_id=opened["id"],
        status="in_progress",
        priority="urgent",
        department="Support",
        assigned_to=mara,
        subject="Invoice",
    )
    assert (changed["status"], changed["priority"], changed["department"]) == ("in_progress", "urgent", "Support")
    assert (changed["assigned_to"], changed["subject"]) == (mara, "Invoice")
    event = events(session)[-1]
    stated = event.body["facts"]
    assert (stated["department"], stated["priority"], stated["assigned_to_id"]) == ("Support", "urgent", mara["id"])
    assert {c["field"]: (c["old"], c["new"]) for c in event.body["changes"]} == {
        "status": ("open", "in_progress"),
        "priority": ("high", "urgent"),
        "department": ("Billing", "Support"),
        "assigned_to": (None, None),
        "subject": (None, None),
    }
    assert event.personal["changes.assigned_to"]["value"] == {"old": None, "new": "Mara Lindqvist"}
    assert (
        ask("update_ticket", ticket_id=opened["id"], priority="urgent", assigned_to={**mara, "name": "Mara L."})
        == changed
    )
    assert len(events(session)) == 2
    freed = ask("update_ticket", ticket_id=opened["id"], assigned_to=None, department=None)
    assert (freed["assigned_to"], freed["department"]) == (None, None)


def test_the_table_of_states_decides_what_may_be_chosen(ask, refusal, opened):
    for status in ("answered", "customer_reply"):
        problem = refusal("update_ticket", ticket_id=opened["id"], status=status)
        assert (problem.code, problem.detail) == ("invalid-state", "A reply sets this status; it cannot be chosen.")
    for status in ("on_hold", "in_progress", "closed"):
        assert ask("update_ticket", ticket_id=opened["id"], status=status)["status"] == status
    problem = refusal("update_ticket", ticket_id=opened["id"], status="on_hold")
    assert (problem.code, problem.detail) == ("invalid-state", "This ticket is closed. Reopen it first.")
    assert ask("update_ticket", ticket_id=opened["id"], status="open")["status"] == "open"


@given(
    st.lists(
        st.tuples(st.sampled_from(("set", "staff", "contact", "note")), st.sampled_from(rules.STATUSES)), max_size=30
    )
)
def test_from_every_state_a_ticket_can_be_closed_and_from_closed_only_be_reopened(acts):
    status = "open"
    for act, to in acts:
        if act == "set":
            allowed = rules.may_move(status, to)
            assert not allowed or to not in ("answered", "customer_reply", status)
            assert not (status == "closed" and allowed and to != "open")
            status = to if allowed else status
        else:
            before, status = status, rules.after_reply(status, by_client=act == "contact", internal=act == "note")
            assert status == {"note": before, "staff": "answered", "contact": "customer_reply"}[act]
        assert status == "closed" or rules.may_move(status, "closed")


def test_replies_at_once_all_stand_in_the_thread_in_the_order_of_their_events(
    ask, support, make_caller, opened, session
):
    pending = [
        support.start(
            make_caller(client_id=str(CLIENT)),
            "support.reply_ticket",
            seconds=10,
            writes=True,
            client_id=str(CLIENT),
            ticket_id=opened["id"],
            body=str(n),
        )
        for n in range(12)
    ]
    made = [call.result()["id"] for call in pending]
    thread = [reply["id"] for reply in ask("get_ticket", ticket_id=opened["id"])["replies"]][1:]
    published = [event.body["facts"]["reply_id"] for event in events(session)[1:]]
    assert thread == published and sorted(thread) == sorted(made)


def test_the_same_key_writes_one_reply(ask, opened):
    caller = {"idempotency_key": "key-0123456789abcdef"}
    first, second = (ask("reply_ticket", ticket_id=opened["id"], body="Once.", caller=caller) for _ in range(2))
    assert first == second and ask("get_ticket", ticket_id=opened["id"])["replies_total"] == 2


@pytest.mark.parametrize(
    "rpc, given, pointer",
    [
        ("open_ticket", {"subject": ""}, "/subject"),
        ("open_ticket", {"subject": "x" * 201}, "/subject"),
        ("open_ticket", {"subject": "two\nlines"}, "/subject"),
        ("open_ticket", {"subject": "a\x00"}, "/subject"),
        ("open_ticket", {"body": " "}, "/body"),
        ("open_ticket", {"body": "x" * 20_001}, "/body"),
        ("open_ticket", {"body": "a\x00"}, "/body"),
        ("open_ticket", {"priority": "asap"}, "/priority"),
        ("open_ticket", {"department": "Sales and more"}, "/department"),
        ("open_ticket", {"number": 7}, "/number"),
        ("reply_ticket", {"body": ""}, "/body"),
        ("reply_ticket", {"body": "x", "internal": "maybe"}, "/internal"),
        ("reply_ticket", {"body": "x", "author_name": "Mallory"}, "/author_name"),
        ("update_ticket", {"status": "lost"}, "/status"),
        ("update_ticket", {"priority": None}, "/priority"),
        ("update_ticket", {"department": "Nowhere"}, "/department"),
        ("update_ticket", {"assigned_to": "Mara"}, "/assigned_to"),
        ("update_ticket", {"subject": ""}, "/subject"),
    ],
)
def test_a_faulty_field_is_named_and_nothing_is_done(refusal, opened, session, rpc, given, pointer):
    whole = {"subject": "x", "body": "y", **given} if rpc == "open_ticket" else {"ticket_id": opened["id"], **given}
    problem = refusal(rpc, **whole)
    assert (problem.status, [error["pointer"] for error in problem.errors]) == (422, [pointer])
    assert len(events(session)) == 1 and len(session.scalars(select(Reply.id)).all()) == 1


def test_a_ticket_of_another_client_is_like_one_that_does_not_exist(refusal, make_ticket, session):
    foreign = make_ticket(client_id=OTHER)
    for wrong in (str(foreign.id), str(uuid.uuid4()), "nonsense"):
        assert refusal("reply_ticket", ticket_id=wrong, body="x").code == "not-found"
        assert refusal("update_ticket", ticket_id=wrong, priority="low").code == "not-found"
    elsewhere = {"client_id": str(OTHER)}
    assert refusal("open_ticket", subject="x", body="y", caller=elsewhere).code == "not-found"
    assert session.scalars(select(Ticket.id).where(Ticket.client_id == CLIENT)).all() == []


def test_writing_and_managing_need_permissions_of_their_own(ask, refusal, opened):
    viewer, replier = {"permissions": ("tickets.view",)}, {"permissions": ("tickets.view", "tickets.reply")}
    assert refusal("open_ticket", subject="x", body="y", caller=viewer).code == "forbidden"
    assert refusal("reply_ticket", ticket_id=opened["id"], body="x", caller=viewer).code == "forbidden"
    assert refusal("update_ticket", ticket_id=opened["id"], priority="low", caller=replier).code == "forbidden"
    assert ask("reply_ticket", ticket_id=opened["id"], body="x", caller=replier)["body"] == "x"
    assert [row["name"] for row in ask("list_departments", caller=viewer)["data"]] == ["Billing", "Support"]
