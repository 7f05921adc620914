"""Handling, without a broker: each event once, in order; failures wait, are parked, or hold everything up."""

import json

import pytest

from commerce_events import Park, Subscriber
from commerce_events.catalogue import ClientCreated, ClientStatusChanged, TicketOpened
from commerce_events.handling import MAX_ATTEMPTS, Handling, Message, Stopped
from commerce_events.testing import FakeBroker, make_event

CLIENT = "0192f0c1-0000-7000-8000-00000000c11e"


def made(number: int) -> list[dict]:
    return [make_event(ClientCreated, subject=CLIENT) for _ in range(number)]


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


@pytest.fixture
def keeper(store):
    """`keeper(**options)`: a subscriber that keeps what it is given; `fails` has the ids of which how often, `broken`
    what they raise."""

    def make(**options) -> Subscriber:
        subscriber = Subscriber("keeper", inbox=store.inbox, **options)
        subscriber.fails, subscriber.raises = {}, RuntimeError("the panel is away")

        @subscriber.on(ClientCreated)
        def keep(event, transaction):
            store.keep(event, transaction)
            if subscriber.fails.get(event.id, 0) > 0:
                subscriber.fails[event.id] -= 1
                raise subscriber.raises

        return subscriber

    return make


@pytest.mark.parametrize("batch", [1, 10])
def test_an_event_that_comes_again_is_handled_once(store, broker, keeper, batch):
    events = made(5)
    broker.publish(*events)
    subscriber = keeper(batch=batch)
    broker.deliver(subscriber, times=3)
    broker.publish(*events)
    broker.deliver(subscriber)
    assert store.handled() == [event["id"] for event in events]


def test_two_subscribers_have_an_inbox_each_in_one_database(store, broker):
    (event,) = made(1)
    for queue in ("one", "two"):
        subscriber = Subscriber("keeper", inbox=store.inbox, queue=queue)
        subscriber.on(ClientCreated)(store.keep)
        broker.publish(event)
        broker.deliver(subscriber)
    assert store.handled() == [event["id"]] * 2


def test_a_handler_that_fails_leaves_nothing_and_is_tried_again_after_growing_delays(store, broker, keeper):
    events, subscriber = made(3), keeper(first_delay=1, longest_delay=5, tries=None)
    subscriber.fails[events[1]["id"]] = 5
    broker.publish(*events)
    broker.deliver(subscriber)
    assert broker.waits == [1, 2, 4, 5, 5] and broker.parked == []
    assert store.handled() == [event["id"] for event in events]


def test_what_fails_for_good_is_parked_with_its_reason_and_the_rest_goes_on(store, broker, keeper):
    events, subscriber = made(3), keeper(tries=3)
    subscriber.fails[events[1]["id"]] = 99
    broker.publish(*events)
    broker.deliver(subscriber)
    assert store.handled() == [events[0]["id"], events[2]["id"]] and len(broker.waits) == 2
    ((message, reason),) = broker.parked
    assert message["id"] == events[1]["id"] and reason == "RuntimeError: the panel is away"
    subscriber.fails.clear()
    broker.publish(message)
    broker.deliver(subscriber)
    assert store.handled()[-1] == events[1]["id"]


def test_what_a_handler_parks_is_parked_at_once(store, broker, keeper):
    (event,), subscriber = made(1), keeper()
    subscriber.fails[event["id"]], subscriber.raises = 99, Park("no such plan")
    broker.publish(event)
    broker.deliver(subscriber)
    assert [reason for _, reason in broker.parked] == ["no such plan"] and broker.waits == [] and store.handled() == []


def test_what_is_no_event_is_parked_and_what_nobody_wants_is_passed_over(store, broker, keeper):
    broker.publish_raw(b"no JSON")
    broker.publish(make_event(TicketOpened))
    broker.deliver(keeper())
    assert len(broker.parked) == 1 and broker.parked[0][1].startswith("not an event")
    assert store.handled() == []


def test_one_of_a_batch_that_fails_costs_the_others_nothing(store, keeper):
    events, subscriber, parked = made(5), keeper(batch=5, tries=1), []
    subscriber.fails[events[2]["id"]] = 99
    handling = Handling(subscriber, lambda message, reason: parked.append(message.id), lambda seconds: None)
    handling.handle([Message(json.dumps(event).encode(), event["type"], event["id"]) for event in events])
    assert store.handled() == [event["id"] for event in events if event is not events[2]]
    assert parked == [events[2]["id"]]


class Died(BaseException):
    """Stands for the end of the process."""


def test_a_message_that_kills_its_process_again_and_again_is_parked_and_not_those_behind_it(store, keeper):
    poison, behind = made(2)
    subscriber, parked = keeper(), []
    subscriber.fails[poison["id"]], subscriber.raises = 99, Died()
    for deliveries in range(20):
        handling = Handling(
            subscriber, lambda message, reason: parked.append((message.id, reason)), lambda seconds: None
        )
        try:
            for event in (poison, behind):
                handling.handle([Message(json.dumps(event).encode(), event["type"], event["id"], deliveries)])
            break
        except Died:
            assert store.handled() == []
    assert deliveries == MAX_ATTEMPTS + 1
    assert parked == [(poison["id"], f"its process ended {MAX_ATTEMPTS} times while it was handled")]
    assert store.handled() == [behind["id"]]


def test_a_stop_while_a_handler_is_waited_for_leaves_the_message_to_the_broker(store, keeper):
    (event,), subscriber, parked = made(1), keeper(), []
    subscriber.fails[event["id"]] = 1

    def stopped(seconds):
        raise Stopped

    handling = Handling(subscriber, lambda *given: parked.append(given), stopped)
    message = Message(json.dumps(event).encode(), event["type"], event["id"])
    with pytest.raises(Stopped):
        handling.handle([message])
    assert store.handled() == [] and parked == []
    handling.handle([message])
    assert store.handled() == [event["id"]]


def test_a_replay_comes_first_and_what_comes_live_as_well_is_handled_once(store, broker):
    loader = Subscriber("loader", inbox=store.inbox, replay=True)
    loader.on_every_event(store.keep)
    history, live = made(4), made(2)
    broker.publish(*history[2:], *live)
    broker.deliver(loader)
    assert store.handled() == []
    broker.replay(*history)
    broker.deliver(loader)
    assert store.handled() == [event["id"] for event in [*history, *live]]
    broker.publish(*made(1))
    broker.deliver(Subscriber("loader", inbox=store.inbox, replay=True))
    assert store.inbox.is_marked("loader.events", "replay")


def test_what_was_handled_long_ago_can_be_forgotten(store, broker, keeper):
    (event,) = made(1)
    subscriber = keeper()
    broker.publish(event)
    broker.deliver(subscriber)
    assert store.inbox.forget(older_than=3600) == 0
    assert store.inbox.forget(older_than=-1) == 1


def test_bindings_are_of_the_types_that_are_wanted_or_of_all(store):
    subscriber = Subscriber("keeper", inbox=store.inbox)
    subscriber.on(ClientCreated, TicketOpened)(store.keep)
    assert subscriber.bindings == [("clients.events", ClientCreated.TYPE), ("support.events", TicketOpened.TYPE)]
    with pytest.raises(ValueError, match="two handlers"):
        subscriber.on(ClientCreated)(store.keep)
    subscriber.on_every_event(store.keep)
    assert subscriber.bindings == [(f"{one}.events", "#") for one in ("clients", "billing", "support", "webhooks")]


def test_a_made_event_fits_its_class_and_follows_the_one_before_it(store, broker):
    received = []
    subscriber = Subscriber("reader", inbox=store.inbox)
    subscriber.on(ClientStatusChanged)(lambda event, transaction: received.append(event))
    broker.publish(*(make_event(ClientStatusChanged, facts={"status": "active"}, subject=CLIENT) for _ in range(2)))
    broker.deliver(subscriber)
    assert [(event.sequence, event.facts.status, event.facts.reason) for event in received] == [
        (1, "active", ""),
        (2, "active", ""),
    ]
