"""Deliveries: each event that is wanted reaches each endpoint, signed, in the order of its client, whatever one does."""

import json
import uuid

import pytest
from kombu import Connection
from sqlalchemy import select, text

from chassis.testing.plugin import wait_until
from services.webhooks.commands import lanes
from services.webhooks.models import Attempt, Delivery, Endpoint, Lane

CLIENT, OTHER = "0192f0c1-0000-7000-8000-00000000c11e", "0192f0c1-0000-7000-8000-00000000c12e"


@pytest.fixture
def made(make_endpoint, receiver):
    """An endpoint for events of clients."""
    return make_endpoint(receiver.url)


def test_each_event_reaches_each_endpoint_that_wants_it_as_facts_alone_in_the_order_of_its_client(
    make_endpoint, receiver, other_receiver, publish
):
    make_endpoint(receiver.url)
    make_endpoint(other_receiver.url, filters=["invoice.*", "client.updated.v1"])
    make_endpoint(other_receiver.url + "/personal", personal=True)
    publish(CLIENT, 20)
    ids = publish(OTHER, 1)
    receiver.await_events(21)
    other_receiver.await_events(21)
    assert receiver.events(CLIENT) == other_receiver.events(CLIENT) == list(range(1, 21))
    assert {one["path"] for one in other_receiver.seen} == {"/hooks/personal"}
    sent, with_personal = (
        next(one for one in seen if one["event"]["stream"] == OTHER) for seen in (receiver.seen, other_receiver.seen)
    )
    assert sent["headers"]["webhook-id"] == with_personal["headers"]["webhook-id"] == sent["event"]["id"] == ids[0]
    assert sent["event"]["timestamp"] == sent["event"]["time"]
    assert (sent["event"]["data"]["personal"], sent["event"]["data"]["actor"]["name"]) == ({}, None)
    assert b"ada@example.com" not in sent["body"]
    assert with_personal["event"]["data"]["personal"]["email"]["value"] == "ada@example.com"
    assert with_personal["event"]["data"]["actor"]["name"] == "Test"


def test_what_fails_is_tried_again_and_what_follows_of_its_client_waits_while_others_go_on(
    made, session, receiver, publish
):
    receiver.behave = lambda request: request.event["stream"] == CLIENT and request.answer(500, b"no " * 5000) or None
    publish(CLIENT, 3)
    publish(OTHER, 3)
    wait_until(lambda: len(receiver.events(OTHER)) == 3 and receiver.events(CLIENT), "others to go on")
    wait_until(lambda: session.scalar(select(Lane.failures).where(Lane.stream == CLIENT)), "the failure to be noted")
    attempt = session.scalars(select(Attempt).where(Attempt.status == 500)).one()
    assert (receiver.events(CLIENT), len(attempt.body)) == ([1], 4096)
    assert (
        3
        < session.scalar(
            select(text("extract(epoch from due_at - now())")).select_from(Lane).where(Lane.stream == CLIENT)
        )
        < 7
    )
    receiver.behave = None
    session.execute(text("UPDATE webhook_lanes SET due_at = now() WHERE due_at IS NOT NULL"))
    session.commit()
    wait_until(lambda: receiver.events(CLIENT) == [1, 1, 2, 3], "the rest in order")
    first, second = [one for one in receiver.seen if one["event"]["stream"] == CLIENT][:2]
    assert (first["headers"]["webhook-id"], first["body"]) == (second["headers"]["webhook-id"], second["body"])


def test_nobody_waits_for_a_client_or_an_endpoint_that_hangs(make_endpoint, session, receiver, other_receiver, publish):
    hanging = {str(uuid.uuid4()) for _ in range(6)}
    receiver.behave = lambda request: request.event["stream"] in hanging and request.hang() or None
    other_receiver.behave = lambda request: request.hang()
    for url in (receiver.url, other_receiver.url):
        make_endpoint(url)
    for stream in hanging:
        publish(stream)
    receiver.await_events(6)
    other_receiver.await_events(6)
    publish(CLIENT, 5)
    wait_until(lambda: receiver.events(CLIENT) == [1, 2, 3, 4, 5], "a client that nobody holds up")
    assert session.scalars(select(Delivery.stream).where(Delivery.status == "delivered").distinct()).all() == [CLIENT]


def test_a_redirect_to_loopback_is_not_followed_and_of_an_answer_of_10_mb_the_beginning_is_kept(
    make_endpoint, session, receiver, other_receiver, publish
):
    def behave(request):
        if request.path == "/hooks/large":
            return request.answer(200, b"x" * 10_000_000)
        return request.answer(307, location=other_receiver.url)

    receiver.behave = behave
    for url in (receiver.url + "/large", receiver.url):
        make_endpoint(url)
    publish(CLIENT)

    def attempts() -> dict:
        return {one.status: one for one in session.scalars(select(Attempt))}

    found = wait_until(lambda: len(found := attempts()) == 2 and found, "both attempts", seconds=30)
    assert len(found[200].body) == 4096
    assert set(session.scalars(select(Delivery.status))) == {"delivered", "waiting"}
    assert other_receiver.seen == []


def test_one_that_was_given_up_lets_the_next_come_and_is_sent_again_when_asked_in_its_place(
    made, webhooks, session, receiver, publish
):
    receiver.behave = lambda request: request.event["sequence"] == 1 and request.answer(500) or None
    publish(CLIENT, 2)
    wait_until(lambda: session.scalar(select(Lane.failures)), "the failure to be noted")
    session.execute(text("UPDATE webhook_deliveries SET tries = 9 WHERE tries > 0"))
    session.execute(text("UPDATE webhook_lanes SET due_at = now()"))
    session.commit()
    wait_until(lambda: receiver.events() == [1, 1, 2], "the next")
    listed = wait_until(
        lambda: (page := webhooks("list_deliveries", endpoint_id=made["id"]))["counts"]["delivered"] and page,
        "both to have ended",
    )
    assert listed["counts"] == {"waiting": 0, "delivered": 1, "failed": 1}
    receiver.behave = None
    since = {"endpoint_id": made["id"], "since": "2020-01-01T00:00:00Z"}
    assert webhooks("redeliver_since", **since, failed_only=True) == {"deliveries": 1}
    receiver.await_events(4)
    assert webhooks("redeliver_since", **since) == {"deliveries": 2}
    receiver.await_events(6)
    assert receiver.events() == [1, 1, 2, 1, 1, 2]
    (delivery, _) = listed["data"]
    assert webhooks("redeliver", endpoint_id=made["id"], delivery_id=delivery["id"]) == {"deliveries": 1}
    receiver.await_events(7)
    record = webhooks("get_delivery", endpoint_id=made["id"], delivery_id=delivery["id"])
    assert json.loads(record["request_body"])["id"] == record["event_id"]


def test_a_disabled_endpoint_keeps_what_it_wants_and_one_that_fails_for_days_is_disabled(
    made, webhooks, session, receiver, publish
):
    webhooks("disable_endpoint", endpoint_id=made["id"])
    publish(CLIENT, 2)
    wait_until(lambda: len(session.scalars(select(Delivery)).all()) == 2, "what waits")
    session.rollback()
    receiver.behave = lambda request: request.answer(503)
    webhooks("enable_endpoint", endpoint_id=made["id"])
    wait_until(lambda: session.scalar(select(Endpoint.failing_since)), "the failure to be noted")
    session.execute(text("UPDATE webhook_endpoints SET failing_since = now() - interval '6 days'"))
    session.execute(text("UPDATE webhook_lanes SET due_at = now()"))
    session.commit()
    wait_until(lambda: webhooks("get_endpoint", endpoint_id=made["id"])["reason"] == "failing", "it to be disabled")
    receiver.behave = None
    webhooks("enable_endpoint", endpoint_id=made["id"])
    webhooks("redeliver_since", endpoint_id=made["id"], since="2020-01-01T00:00:00Z")
    wait_until(lambda: receiver.events()[-2:] == [1, 2], "what had waited, in order")


def test_one_that_says_it_is_gone_is_disabled_at_once(made, webhooks, receiver, publish):
    receiver.behave = lambda request: request.answer(410)
    publish(CLIENT)
    wait_until(lambda: webhooks("get_endpoint", endpoint_id=made["id"])["reason"] == "gone", "it to be disabled")


def test_a_claim_of_a_process_that_died_is_void_after_a_while(session, databases):
    session.add(Endpoint(id=uuid.UUID(CLIENT), url="https://example.com/", scheme="v1"))
    session.flush()
    session.execute(text(f"INSERT INTO webhook_lanes VALUES ('{CLIENT}', 'one', now())"))
    session.commit()
    places = {uuid.UUID(CLIENT): 5}
    (claim,) = lanes.claim_lanes(session, places, failing=False)
    assert lanes.claim_lanes(session, places, failing=False) == []
    session.execute(text("UPDATE webhook_lanes SET due_at = now()"))
    (again,) = lanes.claim_lanes(session, places, failing=False)
    assert again.stream == claim.stream and again.claim != claim.claim
    lanes.release(session, claim)
    assert session.scalar(select(Lane.claim)) == again.claim


def test_an_event_that_the_database_cannot_hold_is_parked_and_the_next_comes(made, receiver, publish, amqp_uri):
    publish(CLIENT, facts={"currency": "\x00"})
    publish(CLIENT)
    receiver.await_events(1)
    assert receiver.events() == [2]
    with Connection(amqp_uri) as connection:
        (parked,) = [connection.default_channel.basic_get("webhooks.deliveries.parked")]
    assert parked.headers["reason"] == "It holds what the database cannot."
