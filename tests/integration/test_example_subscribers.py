"""The examples for subscribers as processes of their own, with a subscriber's rights: killed at each step, cut off from
the broker, stopped: nothing is lost, nothing comes twice, and each stream keeps its order."""

import hashlib
import os
import re
from urllib.parse import urlsplit

import pytest
import requests

from chassis.testing.faulty_network import Network
from chassis.testing.plugin import wait_until
from commerce_events.catalogue import (
    ClientCreated,
    SubscriptionActivated,
    SubscriptionSuspended,
    SubscriptionTerminated,
)
from commerce_events.testing import make_event
from tests.support.broker import as_user, import_users
from tests.support.example_subscribers import (
    AMQPLIB,
    HANDLED,
    LOADED,
    STREAMS,
    Example,
    Streams,
    assert_in_order,
    await_rows,
    depth,
    publish,
    unpacked_amqplib,
)
from tests.support.raw_bus import RawBus


@pytest.fixture
def network():
    made = Network()
    yield made
    made.close()


@pytest.fixture
def example(amqp_uri, tmp_path):
    """`example(file, name, …)`: a subscriber with a user of its own; its processes end with the test."""
    running = []

    def make(file: str, name: str, uri: str | None = None, **settings: str) -> Example:
        import_users(amqp_uri, name)
        running.append(Example(file, as_user(uri or amqp_uri, name), name, tmp_path, **settings))
        return running[-1]

    yield make
    for one in running:
        one.close()


def test_a_loader_that_is_killed_at_each_step_has_history_and_then_live_events_once(amqp_uri, example):
    loader, streams = example("warehouse_loader.py", "warehouse"), Streams()
    loader.start("effect", 7)
    loader.await_queue("replay")
    history = streams.next(1200)
    publish(amqp_uri, history[900:])  # published after the binding was there, so they come both ways
    publish(amqp_uri, history, queue="warehouse.replay")
    loader.await_death()
    for step in ("before", "effect", "committed", "acknowledged"):
        for number in (1, 2):
            loader.start(step, number)
            publish(amqp_uri, streams.next(300))
            loader.await_death()
    loader.start()
    publish(amqp_uri, streams.next(100))
    rows = await_rows(loader, LOADED, len(streams.published))
    assert_in_order(rows)
    assert sorted(rows) == sorted(streams.published)
    wait_until(lambda: depth(amqp_uri, "warehouse.events") == 0, "the last acknowledgement")
    assert loader.stop() == 0 and depth(amqp_uri, "warehouse.events.parked") == 0


def test_a_message_that_cannot_be_unpacked_is_parked_and_the_next_is_handled(amqp_uri, example):
    loader, streams = example("warehouse_loader.py", "warehouse"), Streams()
    loader.start()
    loader.await_queue("replay")
    bus = RawBus(amqp_uri)
    bus.publish(b"plain", "", "warehouse.replay", {"compression": "application/x-gzip"})
    bus.close()
    publish(amqp_uri, streams.next(10), queue="warehouse.replay")
    assert sorted(await_rows(loader, LOADED, 10)) == sorted(streams.published)
    wait_until(lambda: depth(amqp_uri, "warehouse.events.parked") == 1, "the message to be parked")
    assert loader.stop() == 0


def test_a_loader_goes_on_when_the_broker_is_back(amqp_uri, example, network):
    link = network.link(amqp_uri)
    loader, streams = example("warehouse_loader.py", "warehouse", link.url), Streams()
    loader.start()
    loader.await_queue("replay")
    publish(amqp_uri, streams.next(10), queue="warehouse.replay")
    await_rows(loader, LOADED, 10)
    for treatment in ("shut", "reset", "shut"):
        link.treat(treatment)
        publish(amqp_uri, streams.next(200))
        link.open()
        assert_in_order(await_rows(loader, LOADED, len(streams.published)))
    assert sorted(loader.rows(LOADED)) == sorted(streams.published)


def test_a_new_client_gets_one_mail_however_often_the_mailer_dies(amqp_uri, example, tmp_path):
    mails = tmp_path / "mails"
    mails.mkdir()
    mailer = example("welcome_mailer.py", "welcome", MAIL_DIR=str(mails))
    events = [make_event(ClientCreated, personal={"email": f"{n}@example.com", "first_name": "Ada"}) for n in range(6)]
    mailer.start("effect", 2)
    mailer.await_queue("mails")
    publish(amqp_uri, events)
    mailer.await_death()
    for step in ("committed", "acknowledged"):
        mailer.start(step, 1)
        mailer.await_death()
    mailer.start()
    wait_until(lambda: len(list(mails.glob("*.eml"))) == 6, "six mails", seconds=30)
    wait_until(lambda: mailer.rows("SELECT * FROM due") == [], "nothing to be due", seconds=30)
    assert {file.stem for file in mails.glob("*.eml")} == {event["id"] for event in events}
    assert mailer.stop() == 0


def test_accounts_are_as_the_last_event_of_their_subscription_says(amqp_uri, example):
    provisioner, stream = example("provisioner.py", "provisioner"), STREAMS[0]
    provisioner.start()
    provisioner.await_queue("accounts")
    kinds = {
        "one": (SubscriptionActivated, SubscriptionSuspended),
        "two": (SubscriptionActivated, SubscriptionSuspended, SubscriptionTerminated),
        "three": (SubscriptionActivated,),
    }
    events = [
        make_event(kind, subject=stream, facts={"entity": {"type": "subscription", "id": one}, "reason": "Unpaid"})
        for one, history in kinds.items()
        for kind in history
    ]
    publish(amqp_uri, [{**event, "sequence": place} for place, event in enumerate(events, 1)])
    accounts = "SELECT subscription_id, state, reason FROM accounts ORDER BY 1"
    wanted = [("one", "off", "Unpaid"), ("three", "on", None), ("two", "removed", "Unpaid")]
    wait_until(lambda: provisioner.rows(accounts) == wanted, "the accounts", seconds=30)
    publish(amqp_uri, [{**events[0], "data": "nothing"}])
    wait_until(lambda: depth(amqp_uri, "provisioner.accounts.parked") == 1, "what is no event to be parked", seconds=30)
    assert provisioner.stop() == 0


def test_the_vendored_client_for_node_is_the_one_that_the_table_names():
    table = (AMQPLIB.parent / "VENDOR.md").read_text(encoding="utf-8")
    ((name, digest),) = re.findall(r"\| `([\w.-]+)` \|.*`(\w{64})` \|", table)
    assert (name, digest) == (AMQPLIB.name, hashlib.sha256(AMQPLIB.read_bytes()).hexdigest())


def test_a_subscriber_in_node_is_killed_at_each_step_and_cut_off_and_has_each_event_once(
    amqp_uri, example, network, tmp_path
):
    link = network.link(amqp_uri)
    settings = {"AMQPLIB": str(unpacked_amqplib(tmp_path)), "REPLAY": "1"}
    ledger, streams = example("node_subscriber.mjs", "ledger", link.url, **settings), Streams(ClientCreated)
    ledger.start("before", 20)
    ledger.await_queue("replay")
    history = streams.next(300)
    publish(amqp_uri, history[100:])
    publish(amqp_uri, history, queue="ledger.replay")
    for step, treatment in (("effect", "reset"), ("committed", "shut"), ("acknowledged", "reset")):
        ledger.await_death()
        publish(amqp_uri, streams.next(100))
        ledger.start(step, 20)
        link.treat(treatment)
        link.open()
    ledger.await_death()
    ledger.start()
    rows = await_rows(ledger, HANDLED, len(streams.published))
    assert_in_order(rows)
    assert sorted(rows) == sorted(streams.published)
    publish(amqp_uri, [{**history[0], "id": "x", "data": "nothing"}])
    wait_until(lambda: depth(amqp_uri, "ledger.events.parked") == 1, "what is no event to be parked", seconds=30)
    assert ledger.stop() == 0


def endings(uri: str) -> set[str]:
    """By what the queues of a virtual host would let go of a message, or end themselves, when time passes."""
    kinds = {"queues": "arguments", "policies": "definition", "operator-policies": "definition"}
    api, vhost = os.environ["COMMERCE_TEST_RABBIT_API"], urlsplit(uri).path
    found = [(requests.get(f"{api}/api/{kind}{vhost}", timeout=10).json(), said) for kind, said in kinds.items()]
    assert len(found[0][0]) > 3
    names = {name for some, said in found for one in some for name in one[said]}
    return {name for name in names if "ttl" in name or "expires" in name}


def test_subscribers_that_were_frozen_for_an_hour_go_on_where_they_were(amqp_uri, example, network, tmp_path):
    """For want of heartbeats the broker has ended their connections by then, and they do not know."""
    link, streams = network.link(amqp_uri), Streams(ClientCreated)
    loader = example("warehouse_loader.py", "warehouse", link.url)
    ledger = example("node_subscriber.mjs", "ledger", link.url, AMQPLIB=str(unpacked_amqplib(tmp_path)))
    both = {loader: LOADED, ledger: HANDLED}
    for one, queue in ((loader, "replay"), (ledger, "events")):
        one.start()
        one.await_queue(queue)
    publish(amqp_uri, [], queue="warehouse.replay")
    loader.await_queue("events")
    publish(amqp_uri, streams.next(300))
    for one in both:
        one.freeze()
    link.treat("reset")
    publish(amqp_uri, streams.next(700))
    wait_until(
        lambda: min(depth(amqp_uri, f"{one.name}.events") for one in both) >= 700, "all of it to wait", seconds=30
    )
    assert endings(amqp_uri) == set()
    for one, statement in both.items():
        one.go_on()
        rows = await_rows(one, statement, 1000)
        assert_in_order(rows)
        assert sorted(rows) == sorted(streams.published) and one.stop() == 0
