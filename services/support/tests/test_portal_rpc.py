"""What a client's own people read of tickets and write into them: no internal note, nobody else's, nothing of staff's
work."""

import inspect
import json
import uuid

import pytest
from sqlalchemy import select, text

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.permissions import Portal
from chassis.rate_limits import most_of
from services.support.models import Department
from services.support.rpc.portal import PortalRpc
from services.support.tests.conftest import CLIENT, OTHER

CONTACT = str(uuid.UUID(int=7))
RPC_METHODS = {name: rpc for name, rpc in inspect.getmembers(PortalRpc) if name.startswith("portal_")}
ONE = {"portal_ticket": {}, "portal_reply_ticket": {"body": "Mine?"}, "portal_close_ticket": {}}
SECRETS = [
    {"body": "STAFF-ONLY", "internal": True, "author_kind": "staff", "author_id": "s1", "author_name": "STAFF-ONLY"},
    {"body": "Hello Cleo", "author_kind": "staff", "author_id": "STAFF-ID", "author_name": "Mara"},
]


@pytest.fixture
def portal(support, session, make_caller):
    """`portal("portal_tickets", …)`: an RPC method asked by a contact of CLIENT, an owner unless told."""

    def ask(rpc: str, *, caller: dict | None = None, **arguments):
        who = {
            "kind": "contact",
            "id": CONTACT,
            "name": "Imogen Hartley",
            "permissions": tuple(map(str, Portal)),
            "client_id": str(CLIENT),
            **(caller or {}),
        }
        return support.call(make_caller(**who), f"support.{rpc}", seconds=5, writes=True, **arguments)

    return ask


@pytest.fixture
def refusal(portal):
    def ask(rpc: str, **options) -> ServiceProblem:
        with pytest.raises(ServiceProblem) as refused:
            portal(rpc, **options)
        return refused.value

    return ask


def test_a_thread_is_shown_without_what_is_for_staff_alone(portal, make_ticket):
    made = make_ticket(
        replies=[{"author_id": CONTACT}, *SECRETS],
        priority="urgent",
        assigned_to_id=uuid.uuid4(),
        assigned_to_name="STAFF-ONLY",
        last_reply_by_name="STAFF-ONLY",
    )
    shown = portal("portal_ticket", ticket_id=str(made.id))
    answers = json.dumps([shown, portal("portal_tickets")])
    assert not any(
        secret in answers for secret in ("STAFF-ONLY", "STAFF-ID", "urgent", "internal", "assigned_to", "moves")
    )
    assert [(one["author"], one["body"]) for one in shown["replies"]] == [
        ({"kind": "contact", "name": "Cleo", "own": True}, ""),
        ({"kind": "staff", "name": "Mara", "own": False}, "Hello Cleo"),
    ]
    assert shown["replies_total"] == 2 and shown["last_reply_by"] == {"kind": "staff"}


@pytest.mark.parametrize("rpc", ONE)
def test_another_clients_ticket_is_answered_like_one_that_does_not_exist(refusal, make_ticket, rpc):
    foreign = make_ticket(client_id=OTHER)
    answers = [
        refusal(rpc, ticket_id=i, **ONE[rpc]).to_wire() for i in (str(foreign.id), str(uuid.uuid4()), "not-an-id")
    ]
    assert answers[0]["code"] == "not-found" and all(one == answers[0] for one in answers)


def test_no_rpc_takes_a_client_and_each_asks_for_what_the_role_may(refusal, ask):
    for name, rpc in RPC_METHODS.items():
        assert isinstance(rpc.contract.access, Portal)
        assert refusal(name, client_id=str(OTHER)).code in ("unknown-field", "validation"), name
        assert refusal(name, caller={"permissions": ("portal.home", "portal.invoices.view")}).code == "forbidden", name
        with pytest.raises(ServiceProblem) as refused:
            ask(name)
        assert refused.value.code == "forbidden", name


def test_the_list_is_grouped_by_whose_turn_it_is(portal, make_ticket):
    for minutes, status in enumerate(
        ("open", "customer_reply", "in_progress", "on_hold", "answered", "closed", "closed")
    ):
        make_ticket(minutes, status=status)
    make_ticket(client_id=OTHER)
    answer = portal("portal_tickets", status="open")
    assert answer["counts"] == {"open": 4, "answered": 1, "closed": 2} and answer["page"]["total"] == 4
    assert [row["status"] for row in answer["data"]] == ["open", "customer_reply", "in_progress", "on_hold"]


def test_a_contact_opens_replies_and_closes_and_the_events_say_who(portal, ask, session):
    session.add(Department(name="Billing"))
    session.commit()
    opened = portal("portal_open_ticket", subject="Where is it?", body="My invoice.", department="Billing")
    assert (opened["status"], opened["department"], opened["replies"][0]["author"]["own"]) == ("open", "Billing", True)
    ask("reply_ticket", ticket_id=opened["id"], body="Here.")
    replied = portal("portal_reply_ticket", ticket_id=opened["id"], body="Thank you")
    assert replied["status"] == "customer_reply" and replied["last_reply_by"] == {"kind": "contact"}
    assert portal("portal_close_ticket", ticket_id=opened["id"])["status"] == "closed"
    assert portal("portal_close_ticket", ticket_id=opened["id"])["status"] == "closed"
    assert portal("portal_reply_ticket", ticket_id=opened["id"], body="Once more")["status"] == "customer_reply"
    assert ask("get_ticket", ticket_id=opened["id"])["replies"][0]["author"] == {
        "kind": "contact",
        "id": CONTACT,
        "name": "Imogen Hartley",
    }
    session.rollback()
    published = session.execute(select(outbox.c.type, outbox.c.body).order_by(outbox.c.id)).all()
    assert [(one.type, one.body["actor"]["kind"]) for one in published] == [
        ("ticket.opened.v1", "contact"),
        ("ticket.replied.v1", "staff"),
        ("ticket.replied.v1", "contact"),
        ("ticket.updated.v1", "contact"),
        ("ticket.replied.v1", "contact"),
    ]


def test_an_impersonator_writes_as_staff_for_the_client_and_waits_for_an_answer(portal, make_ticket, session):
    made = make_ticket(status="answered")
    impersonation = {
        "kind": "staff",
        "id": str(uuid.uuid4()),
        "name": "Mara Lindqvist",
        "idempotency_key": "k" * 20,
        "acting_as": {"contact_id": CONTACT, "name": "Imogen Hartley", "impersonation_id": "v1"},
    }
    replied = portal("portal_reply_ticket", ticket_id=str(made.id), body="For you", caller=impersonation)
    assert (replied["status"], replied["replies"][-1]["author"]) == (
        "customer_reply",
        {"kind": "staff", "name": "Mara Lindqvist", "own": False},
    )
    assert portal("portal_reply_ticket", ticket_id=str(made.id), body="For you", caller=impersonation) == replied
    session.rollback()
    event = session.scalar(select(outbox.c.body))
    assert event["actor"]["id"] == impersonation["id"] and event["acting_as"] == {"contact_id": CONTACT}


@pytest.mark.usefixtures("default_limits")
@pytest.mark.parametrize(
    "rpc, limit", [("portal_open_ticket", "tickets-of-client"), ("portal_reply_ticket", "replies-of-client")]
)
def test_a_client_writes_so_much_an_hour_and_staff_as_they_please(
    portal, refusal, make_ticket, support, make_caller, rpc, limit
):
    opens, which = rpc == "portal_open_ticket", {"ticket_id": str(make_ticket().id)}
    written = {"subject": "Down", "body": "It is down."} if opens else {**which, "body": "And now?"}
    for _ in range(most_of(limit)):
        portal(rpc, **written)
    refused = refusal(rpc, **written)
    assert (refused.code, refused.extra["limit"]) == ("too-many-requests", limit)
    assert 3000 < refused.extra["retry_after"] <= 3600 and refused.detail.endswith("min.")
    by_staff = (
        ("open_ticket", {"subject": "Down", "body": "Down.", "priority": "low", "department": None})
        if opens
        else ("reply_ticket", {**which, "body": "Yes", "internal": False})
    )
    staff = make_caller(client_id=str(CLIENT))
    support.call(staff, f"support.{by_staff[0]}", seconds=5, writes=True, client_id=str(CLIENT), **by_staff[1])


@pytest.mark.usefixtures("default_limits")
def test_after_an_hour_a_client_opens_tickets_again(portal, refusal, session):
    written = {"subject": "Down", "body": "It is down."}
    for _ in range(most_of("tickets-of-client")):
        portal("portal_open_ticket", **written)
    assert refusal("portal_open_ticket", **written).status == 429
    session.execute(text("UPDATE tickets SET opened_at = opened_at - interval '1 hour'"))
    session.commit()
    portal("portal_open_ticket", **written)


@pytest.mark.usefixtures("default_limits")
def test_one_clients_limit_is_no_other_clients(portal):
    for _ in range(most_of("tickets-of-client")):
        portal("portal_open_ticket", subject="Down", body="It is down.")
    portal("portal_open_ticket", subject="Down", body="It is down.", caller={"client_id": str(OTHER)})
