"""Suspend All Services and its undoing."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from services.billing.commands.subscriptions.suspend_all import suspend_all_subscriptions, unsuspend_all_subscriptions
from services.billing.models import Subscription, SuspensionBatch
from tests.support import billing_rows
from tests.support.outbox_helpers import events_of, refusal_of


@pytest.fixture
def stocked(session, account):
    """A client with a service in each state, by state, and another active one ("second"): (client, {name: id})."""
    client = account()
    made = {
        status: billing_rows.subscription(session, client, status=status, product=status)
        for status in ("active", "pending", "suspended", "cancelled", "terminated")
    }
    made["second"] = billing_rows.subscription(session, client, product="second")
    return client, made


def states(session, client) -> dict:
    session.rollback()
    return dict(
        session.execute(select(Subscription.id, Subscription.status).where(Subscription.client_id == client)).all()
    )


def test_all_active_services_stop_at_once_and_come_back_as_they_were(rpc, session, stocked, make_caller):
    client, made = stocked
    before = states(session, client)
    done = rpc("suspend_all_subscriptions", client_id=client, reason="Unpaid invoices")
    assert done["suspended"] == 2
    after = states(session, client)
    assert {one for one in after if after[one] != before[one]} == {made["active"], made["second"]}
    assert after[made["active"]] == after[made["second"]] == "suspended"
    listed = rpc("list_subscriptions", client_id=client, status=None)
    assert listed["counts"]["suspended"] == 3 and listed["batches"] == [
        {
            "id": done["batch_id"],
            "reason": "Unpaid invoices",
            "made_at": listed["batches"][0]["made_at"],
            "undone_at": None,
            "actor": {"kind": "staff", "id": make_caller().id, "name": "Ada Staff"},
            "suspended": 2,
            "held": 2,
        }
    ]
    batch = rpc("get_suspension_batch", client_id=client, batch_id=done["batch_id"])
    assert {one["id"] for one in batch["services"]} == {str(made["active"]), str(made["second"])}
    assert rpc("unsuspend_all_subscriptions", client_id=client, batch_id=done["batch_id"]) == {
        "unsuspended": 2,
        "batch_id": done["batch_id"],
    }
    assert states(session, client) == before
    assert rpc("list_subscriptions", client_id=client, status=None)["batches"] == []


def test_each_service_has_its_event_and_the_batch_one_behind_them(rpc, session, stocked):
    client, made = stocked
    batch_id = rpc("suspend_all_subscriptions", client_id=client, reason="Abuse")["batch_id"]
    rpc("unsuspend_all_subscriptions", client_id=client, batch_id=batch_id)
    published = events_of(session, client)
    assert [event["type"] for event in published] == [
        "subscription.suspended.v1",
        "subscription.suspended.v1",
        "suspension_batch.made.v1",
        "subscription.unsuspended.v1",
        "subscription.unsuspended.v1",
        "suspension_batch.undone.v1",
    ]
    assert [event["sequence"] for event in published] == [1, 2, 3, 4, 5, 6]
    for event in (*published[:2], *published[3:5]):
        assert event["facts"]["batch_id"] == batch_id and event["facts"]["entity"]["id"] in map(str, made.values())
    assert published[0]["changes"] == [{"field": "status", "old": "active", "new": "suspended"}]
    assert published[3]["changes"] == [{"field": "status", "old": "suspended", "new": "active"}]
    made_facts, undone_facts = published[2]["facts"], published[5]["facts"]
    assert (made_facts["suspended"], made_facts["reason"], made_facts["entity"]) == (
        2,
        "Abuse",
        {"type": "suspension_batch", "id": batch_id},
    )
    assert undone_facts["unsuspended"] == 2
    assert [event["facts"]["totals"]["active_services"] for event in published] == [0, 0, 0, 2, 2, 2]


def test_a_list_that_has_changed_is_refused_and_told(rpc, session, stocked):
    client, made = stocked
    seen = [str(made["active"])]
    refusal = refusal_of(lambda: rpc("suspend_all_subscriptions", client_id=client, reason="Late", expected=seen))
    assert (refusal.code, refusal.status) == ("list-changed", 409)
    assert {one["id"] for one in refusal.extra["services"]} == {str(made["active"]), str(made["second"])}
    assert events_of(session, client) == [] and session.scalar(select(SuspensionBatch.id)) is None
    listed = [one["id"] for one in rpc("list_suspendable", client_id=client)["data"]]
    assert rpc("suspend_all_subscriptions", client_id=client, reason="Late", expected=listed[::-1])["suspended"] == 2


def test_a_version_stands_for_the_list_that_was_seen(rpc, session, stocked):
    client, made = stocked
    seen = rpc("list_suspendable", client_id=client)["version"]
    third = billing_rows.subscription(session, client, product="third")
    refusal = refusal_of(lambda: rpc("suspend_all_subscriptions", client_id=client, reason="Late", version=seen))
    assert (refusal.code, len(refusal.extra["services"])) == ("list-changed", 3)
    assert events_of(session, client) == []
    rpc("suspend_subscription", client_id=client, service_id=third, reason="Alone")
    assert rpc("list_suspendable", client_id=client)["version"] == seen != refusal.extra["version"]
    assert rpc("suspend_all_subscriptions", client_id=client, reason="Late", version=seen)["suspended"] == 2


def test_nothing_active_is_refused(rpc, session, account):
    client = account()
    billing_rows.subscription(session, client, status="suspended")
    assert refusal_of(lambda: rpc("suspend_all_subscriptions", client_id=client, reason="Late")).code == "invalid-state"
    assert session.scalar(select(SuspensionBatch.id)) is None and events_of(session, client) == []


def test_what_left_the_batch_meanwhile_is_not_brought_back(rpc, session, account):
    client = account()
    alone, ended, held = (
        billing_rows.subscription(session, client, product=name) for name in ("alone", "ended", "held")
    )
    batch_id = rpc("suspend_all_subscriptions", client_id=client, reason="Late")["batch_id"]
    rpc("unsuspend_subscription", client_id=client, service_id=alone, reason="Paid")
    rpc("suspend_subscription", client_id=client, service_id=alone, reason="Abuse")
    rpc("terminate_subscription", client_id=client, service_id=ended, reason="Asked for")
    assert rpc("unsuspend_all_subscriptions", client_id=client, batch_id=batch_id)["unsuspended"] == 1
    assert states(session, client) == {alone: "suspended", ended: "terminated", held: "active"}


def test_a_batch_is_undone_once_and_not_when_it_holds_nothing(rpc, session, account):
    client = account()
    service = billing_rows.subscription(session, client)
    first = rpc("suspend_all_subscriptions", client_id=client, reason="Late")["batch_id"]
    rpc("unsuspend_all_subscriptions", client_id=client, batch_id=first)
    again = refusal_of(lambda: rpc("unsuspend_all_subscriptions", client_id=client, batch_id=first))
    assert (again.code, again.detail) == ("invalid-state", "This Suspend All was undone before.")
    second = rpc("suspend_all_subscriptions", client_id=client, reason="Late")["batch_id"]
    rpc("unsuspend_subscription", client_id=client, service_id=service, reason="Paid")
    assert (
        refusal_of(lambda: rpc("unsuspend_all_subscriptions", client_id=client, batch_id=second)).code
        == "invalid-state"
    )


def test_a_batch_of_another_client_is_like_one_that_does_not_exist(rpc, session, account):
    mine, other = account(), account()
    billing_rows.subscription(session, other)
    batch_id = rpc("suspend_all_subscriptions", client_id=other, reason="Late")["batch_id"]
    for one in (batch_id, str(uuid.uuid4())):
        for name in ("unsuspend_all_subscriptions", "get_suspension_batch"):
            assert refusal_of(lambda d=name, b=one: rpc(d, client_id=mine, batch_id=b)).code == "not-found"
    assert set(states(session, other).values()) == {"suspended"}


def test_two_at_once_suspend_each_service_once(rpc, session, stocked):
    client, _ = stocked
    seen = [one["id"] for one in rpc("list_suspendable", client_id=client)["data"]]

    def attempt(_):
        try:
            return rpc("suspend_all_subscriptions", client_id=client, reason="Late", expected=seen)["suspended"]
        except Exception as problem:
            return problem.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2)), key=str) == [2, "list-changed"]
    assert [event["type"] for event in events_of(session, client)].count("subscription.suspended.v1") == 2


def test_a_long_list_is_answered_by_its_first_and_counted(rpc, session, account):
    client = account()
    stock_many(session, client, 150)
    listed = rpc("list_suspendable", client_id=client)
    assert (len(listed["data"]), listed["counts"]["active"]) == (100, 150)
    done = rpc("suspend_all_subscriptions", client_id=client, reason="Late", version=listed["version"])
    batch = rpc("get_suspension_batch", client_id=client, batch_id=done["batch_id"])
    assert (len(batch["services"]), batch["held"]) == (100, 150)


def stock_many(session, client, number: int) -> None:
    one = {
        "client_id": client,
        "product": "Cloud VPS 4",
        "billing_cycle": "monthly",
        "currency": "EUR",
        "price_minor": 1000,
        "status": "active",
        "created_at": billing_rows.NOON,
    }
    session.execute(insert(Subscription), [{**one, "id": uuid.uuid4()} for _ in range(number)])
    session.commit()


def test_a_thousand_services_stay_far_below_the_time_limit_of_a_statement(session, account, open_uow_as, make_caller):
    client = account()
    stock_many(session, client, 1000)
    # The processor's time, not the clock's: others may be busy. A unit of work gives each statement 5 s at most.
    began = time.process_time()
    done = suspend_all_subscriptions(open_uow_as(make_caller()), client_id=client, reason="Late")
    unsuspend_all_subscriptions(open_uow_as(make_caller()), client_id=client, batch_id=uuid.UUID(done["batch_id"]))
    assert done["suspended"] == 1000 and time.process_time() - began < 5
    assert len(events_of(session, client)) == 2002
