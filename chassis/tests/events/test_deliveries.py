"""Deliveries as a broker makes them on a bad day: doubled, after a death, beside a poison. Each event is applied
once."""

import random
import subprocess
import sys
import time
import uuid
from collections import Counter

import pytest
from kombu import Connection
from prometheus_client import REGISTRY
from sqlalchemy import func, select

from chassis.db.engine import make_engine
from chassis.db.tables import inbox
from chassis.events import listener, parking_lot
from chassis.events.listener import MAX_DELIVERIES, Listener
from chassis.events.relay import ConfirmingPublisher, events_exchange, publish_batch
from chassis.events.unit_of_work import nested_unit_of_work
from chassis.testing.plugin import wait_until
from chassis.testing.virtual_host import declare_listener
from tests.support.chassis import crashing_service
from tests.support.chassis.handmade_events import by_stream, in_order, raised, send, streams
from tests.support.chassis.sample_service import Counted, SampleService, applied

QUEUE = "sample.applied"
KILLS = 25


def all_applied(session, number: int, seconds: float = 30) -> list[tuple[str, int]]:
    wait_until(lambda: len(applied(session)) >= number, f"{number} events to be applied", seconds=seconds)
    return applied(session)


def lived_through(settings: dict[str, str], condition) -> bool:
    """Run the crashing service until `condition()` holds (True) or its process has ended (False)."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.support.chassis.crashing_service"], env=settings
    )
    try:
        wait_until(lambda: process.poll() is not None or condition(), "it to die or be done", seconds=60)
        return process.poll() is None
    finally:
        process.kill()
        process.wait()


def disordered() -> float:
    return REGISTRY.get_sample_value("commerce_events_disordered_total", {"queue": QUEUE}) or 0.0


@pytest.fixture
def deliveries(monkeypatch) -> Counter:
    """How often each event was delivered."""
    counted, read = Counter(), listener.read_event

    def reading(message):
        counted[message.properties.get("message_id")] += 1
        return read(message)

    monkeypatch.setattr(listener, "read_event", reading)
    return counted


@pytest.fixture
def relayed(sample_database, sample_session, make_caller):
    """`relayed(streams, length)`: so many events committed and not yet published, and an engine to publish them with."""
    engine = make_engine(sample_database.app_url, pool_size=2)

    def commit(number: int, length: int):
        for stream in (str(uuid.uuid4()) for _ in range(number)):
            with nested_unit_of_work(sample_session, "sample", make_caller(), stream) as uow:
                for _ in range(length):
                    uow.publish(Counted(client_id=stream, entity=("counter", stream), facts={"by": 1}))
            sample_session.commit()
        return engine

    yield commit
    engine.dispose()


def test_repeated_deliveries_change_nothing(sample, sample_session, amqp_uri, deliveries):
    events = streams(20, 10)
    rng = random.Random(1)
    sent = [again for place, event in enumerate(events) for again in (event, rng.choice(events[: place + 1]), event)]
    send(amqp_uri, sent)
    wait_until(lambda: deliveries.total() == len(sent), "all deliveries", seconds=30)
    assert by_stream(all_applied(sample_session, len(events))) == in_order(events)
    assert sample_session.scalar(select(func.count()).select_from(inbox)) == len(events)


def test_deaths_between_commit_and_acknowledgement_double_nothing_and_keep_the_order(
    sample, sample_session, amqp_uri, deliveries, monkeypatch
):
    """The process is not ended but its connection is, which for the broker is the same; tests/faults ends processes."""
    died, attempt, rng = [], Listener._attempt, random.Random(2)

    def attempting(self, events):
        error = attempt(self, events)
        if len(died) < KILLS and rng.random() < 0.8:
            died.append(len(events))
            self._connection.collect()
            raise ConnectionError("died after the commit")
        return error

    monkeypatch.setattr(Listener, "_attempt", attempting)
    events = streams(10, 30)
    send(amqp_uri, events)
    assert by_stream(all_applied(sample_session, len(events), seconds=90)) == in_order(events)
    assert len(died) == KILLS
    assert deliveries.total() >= len(events) + KILLS
    assert parking_lot.parked(amqp_uri, QUEUE) == []


def test_a_relay_that_dies_between_publish_and_mark_doubles_messages_and_no_effects(
    sample, sample_session, amqp_uri, relayed, deliveries, monkeypatch
):
    relay = next(extension for extension in sample.dependencies if type(extension).__name__ == "Relay")
    relay.stop()

    class Died(BaseException):
        pass

    def dying(*_arguments):
        raise Died

    engine = relayed(5, 20)
    with monkeypatch.context() as patched:
        patched.setattr("chassis.events.relay._mark_published", dying)
        for _ in range(KILLS):
            publisher = ConfirmingPublisher(amqp_uri, "sample")
            with pytest.raises(Died):
                publish_batch(engine, publisher)
            publisher.close()
    publisher = ConfirmingPublisher(amqp_uri, "sample")
    assert (publish_batch(engine, publisher), publish_batch(engine, publisher)) == (100, 0)
    publisher.close()
    wait_until(lambda: deliveries.total() == 100 * (KILLS + 1), "every double to be delivered", seconds=60)
    assert len(applied(sample_session)) == 100
    assert set(map(tuple, by_stream(applied(sample_session)).values())) == {tuple(range(1, 21))}


def test_one_poison_in_a_thousand_holds_nobody_up_and_is_applied_once_when_its_fault_is_mended(
    sample, sample_session, amqp_uri, monkeypatch
):
    moments, attempt = [], Listener._attempt

    def attempting(self, events):
        error = attempt(self, events)
        if error is None:
            moments.append(time.monotonic())
        return error

    monkeypatch.setattr(Listener, "_attempt", attempting)
    events = streams(50, 20)
    events[500]["facts"]["by"] = SampleService.poison
    before = disordered()
    send(amqp_uri, events)
    all_applied(sample_session, 999)
    assert max(later - earlier for earlier, later in zip(moments, moments[1:], strict=False)) < 5
    (one,) = wait_until(lambda: parking_lot.parked(amqp_uri, QUEUE), "the poison to be parked")
    assert (one.id, one.reason) == (events[500]["id"], "ValueError: a poisonous number")
    assert disordered() == before + 1  # the gap that it leaves in its stream is counted
    monkeypatch.setattr(SampleService, "poison", None)
    parking_lot.replay(amqp_uri, QUEUE, one.id)
    send(amqp_uri, [events[500], raised(str(uuid.uuid4()), 1)])
    assert len(all_applied(sample_session, 1001)) == 1001
    assert parking_lot.parked(amqp_uri, QUEUE) == []


def test_a_database_that_is_away_parks_nothing_however_often_the_broker_has_to_deliver_again(
    network, run_service, sample_database, sample_session, amqp_uri
):
    database, broker = network.link(sample_database.app_url), network.link(amqp_uri)
    service = run_service(SampleService, database.url, issuer="support", amqp_uri=broker.url)
    listener = next(entrypoint for entrypoint in service.entrypoints if isinstance(entrypoint, Listener))
    wait_until(lambda: listener.consuming, "the listener to consume")
    database.shut()
    events = streams(5, 10)
    send(amqp_uri, events)
    for _ in range(MAX_DELIVERIES + 2):
        wait_until(lambda: listener.consuming, "the listener to consume again")
        broker.treat("reset")
        wait_until(lambda: not listener.consuming, "the listener to notice")
    wait_until(lambda: listener.consuming, "the listener to consume again")
    assert applied(sample_session) == [] and parking_lot.parked(amqp_uri, QUEUE) == []
    database.open()
    assert by_stream(all_applied(sample_session, len(events))) == in_order(events)
    assert parking_lot.parked(amqp_uri, QUEUE) == []


def test_a_message_that_kills_its_process_is_parked_at_last_and_its_neighbours_are_not(
    sample_database, sample_session, amqp_uri, keys_dir, monkeypatch
):
    declare_listener(amqp_uri, QUEUE)
    with Connection(amqp_uri) as connection:
        queue = listener.listener_queue(QUEUE)(connection.channel())
        queue.bind_to(events_exchange("sample"), routing_key="#")
    events = streams(4, 5)
    events[10]["facts"]["by"] = SampleService.poison
    send(amqp_uri, events)
    settings = {
        "COMMERCE_AMQP_URI": amqp_uri,
        "COMMERCE_DATABASE_URL": sample_database.app_url,
        "PATH": "/usr/bin",
        "COMMERCE_SIGNING_KEY_FILE": str(keys_dir / "support.key"),
        "COMMERCE_TRUSTED_KEYS_DIR": str(keys_dir),
    }
    deaths = 0
    while not lived_through(settings, lambda: len(applied(sample_session)) == 19):
        deaths += 1
    assert deaths == crashing_service.MAX_DELIVERIES + 1
    (one,) = parking_lot.parked(amqp_uri, QUEUE)
    assert (one.id, one.reason) == (events[10]["id"], f"delivered {deaths} times without success")
    assert by_stream(applied(sample_session)) == in_order([event for event in events if event is not events[10]])


def test_a_gap_and_a_reordering_are_counted_at_once_and_what_follows_the_order_is_not(sample, sample_session, amqp_uri):
    stream, before = str(uuid.uuid4()), disordered()
    send(amqp_uri, [raised(stream, sequence) for sequence in (1, 2, 3)])
    all_applied(sample_session, 3)
    assert disordered() == before
    send(amqp_uri, [raised(stream, sequence) for sequence in (5, 4, 6)])
    all_applied(sample_session, 6)
    wait_until(lambda: disordered() == before + 2, "the gap before 5, and 4 behind it, to be counted")
