"""Services by hand, one by one: every move of the table, and no other."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.billing.models import Subscription
from services.billing.rules import SUBSCRIPTION_ACTIONS, SUBSCRIPTION_MOVES, SUBSCRIPTION_STATUSES
from tests.support import billing_rows
from tests.support.outbox_helpers import events_of, refusal_of

MOVES = [(action, old, new) for action, (froms, new) in SUBSCRIPTION_ACTIONS.items() for old in sorted(froms)]
REFUSED = [
    (action, old)
    for action, (froms, _) in SUBSCRIPTION_ACTIONS.items()
    for old in SUBSCRIPTION_STATUSES
    if old not in froms
]


def test_the_actions_are_the_table_of_states_and_nothing_else():
    assert {old: {new for _, before, new in MOVES if before == old} for old in SUBSCRIPTION_MOVES} == SUBSCRIPTION_MOVES


@pytest.mark.parametrize(("action", "old", "new"), MOVES)
def test_an_action_moves_a_service_publishes_that_once_and_counts_it(rpc, session, account, action, old, new):
    client = account()
    service = billing_rows.subscription(
        session, client, status=old, domain="shop.example", suspended_reason="Late" if old == "suspended" else None
    )
    answer = rpc(f"{action}_subscription", client_id=client, service_id=service, reason="As agreed")
    assert (answer["id"], answer["status"]) == (str(service), new)
    assert answer["suspended_reason"] == ("As agreed" if new == "suspended" else None)
    record = rpc("get_subscription", client_id=client, service_id=service)
    assert {name: record[name] for name in answer} == answer
    (event,) = events_of(session, client)
    verb = {
        "activate": "activated",
        "suspend": "suspended",
        "unsuspend": "unsuspended",
        "cancel": "cancelled",
        "terminate": "terminated",
    }[action]
    facts = event["facts"]
    assert event["type"] == f"subscription.{verb}.v1" and facts["entity"] == {
        "type": "subscription",
        "id": str(service),
    }
    assert event["changes"][0] == {"field": "status", "old": old, "new": new}
    due = [{"field": "next_due_date", "old": None, "new": answer["next_due_date"]}] if action == "activate" else []
    assert event["changes"][1:] == due and bool(answer["next_due_date"]) == (action == "activate")
    assert (facts["number"], facts["product"], facts["domain"], facts["status"], facts["reason"]) == (
        answer["number"],
        "Cloud VPS 4",
        "shop.example",
        new,
        "As agreed",
    )
    assert facts["totals"]["active_services"] == (1 if new == "active" else 0)
    assert (
        rpc("totals_for", client_ids=[str(client)])[str(client)]["active_services"]
        == facts["totals"]["active_services"]
    )


@pytest.mark.parametrize(("action", "new"), [("suspend", "suspended"), ("cancel", "cancelled")])
def test_the_list_says_who_stopped_a_service_when_and_why(rpc, session, account, action, new):
    client = account()
    stopped, running = (billing_rows.subscription(session, client, status="active") for _ in range(2))
    rpc(f"{action}_subscription", client_id=client, service_id=stopped, reason="As agreed")
    rows = {row["id"]: row for row in rpc("list_subscriptions", client_id=client)["data"]}
    assert rows[str(running)]["stopped"] is None
    stop, (event,) = rows[str(stopped)]["stopped"], events_of(session, client)
    assert (rows[str(stopped)]["status"], stop["reason"], stop["by"]["name"]) == (new, "As agreed", "Ada Staff")
    assert stop["at"][:19] == event["time"][:19]
    assert rpc("get_subscription", client_id=client, service_id=stopped)["stopped"] == stop


def test_numbers_are_unique_and_rise_with_each_service(rpc, session, account):
    client = account()
    made = [str(billing_rows.subscription(session, client)) for _ in range(3)]
    numbers = {row["id"]: row["number"] for row in rpc("list_subscriptions", client_id=client)["data"]}
    found = [int(numbers[one].removeprefix("SVC-")) for one in made]
    assert found == sorted(set(found)) and len(found) == 3
    with pytest.raises(IntegrityError, match="subscriptions_number_key"):
        billing_rows.subscription(session, client, number=found[0])
    session.rollback()


def test_a_service_without_an_order_has_none(rpc, session, account):
    client = account()
    found = rpc("get_subscription", client_id=client, service_id=billing_rows.subscription(session, client))
    assert (found["order"], found["invoices"]) == (None, [])


@pytest.mark.parametrize(("action", "old"), REFUSED)
def test_what_the_table_does_not_allow_is_refused_with_a_sentence(rpc, session, account, action, old):
    client = account()
    service = billing_rows.subscription(session, client, status=old)
    refusal = refusal_of(lambda: rpc(f"{action}_subscription", client_id=client, service_id=service, reason="Try"))
    assert refusal.code == "invalid-state" and refusal.detail.endswith(f"; this one is {old}.")
    assert session.scalar(select(Subscription.status)) == old and events_of(session, client) == []


def test_a_service_of_another_client_is_like_one_that_does_not_exist(rpc, session, account):
    mine, foreign = account(), billing_rows.subscription(session, account())
    for service in (foreign, uuid.uuid4(), "nonsense"):
        for name, more in (("suspend_subscription", {"reason": "Try"}), ("get_subscription", {})):
            assert (
                refusal_of(lambda d=name, m=more, s=service: rpc(d, client_id=mine, service_id=s, **m)).code
                == "not-found"
            )
    assert session.scalar(select(Subscription.status)) == "active"


@pytest.mark.parametrize("reason", [None, "", "   ", "x" * 501, "a\x00b", 7])
def test_a_reason_is_asked_for_and_has_to_be_text(rpc, session, account, reason):
    client = account()
    service = billing_rows.subscription(session, client)
    given = {} if reason is None else {"reason": reason}
    refusal = refusal_of(lambda: rpc("suspend_subscription", client_id=client, service_id=service, **given))
    assert (refusal.code, [error["pointer"] for error in refusal.errors]) == ("validation", ["/reason"])


def test_the_same_key_suspends_once_and_answers_the_same(rpc, session, account, make_caller):
    client = account()
    service = billing_rows.subscription(session, client)
    caller = make_caller(client_id=str(client), idempotency_key="suspend-it-only-once")
    asked = {"client_id": client, "service_id": service, "reason": "Late"}
    first = rpc("suspend_subscription", caller, **asked)
    assert rpc("suspend_subscription", caller, **asked) == first and len(events_of(session, client)) == 1
    with pytest.raises(ServiceProblem) as reused:
        rpc("suspend_subscription", caller, **{**asked, "reason": "Other"})
    assert reused.value.code == "idempotency-reuse"


def test_suspending_alone_belongs_to_no_batch(rpc, session, account):
    client = account()
    rpc("suspend_subscription", client_id=client, service_id=billing_rows.subscription(session, client), reason="Late")
    assert session.scalar(select(outbox.c.body))["facts"]["batch_id"] is None
