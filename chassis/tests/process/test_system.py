"""What a service says of itself: its processes by their heartbeats, its lags, engines, and parked messages."""

import tomllib
import uuid

import pytest
from sqlalchemy import text

from chassis import __version__
from chassis.db.engine import make_engine
from chassis.errors import ServiceProblem
from chassis.events import parking_lot
from chassis.process.heartbeat import Heartbeat, newest_migration
from chassis.testing.plugin import wait_until
from chassis.tests.events.test_outbox_to_inbox import applied, count
from tests.support.chassis.sample_service import SampleService
from tools.dev.paths import CHECKOUT

QUEUE = "sample.applied"


@pytest.fixture
def engine(sample_database):
    """The connection of a process that beats."""
    engine = make_engine(sample_database.app_url, pool_size=1)
    yield engine
    engine.dispose()


@pytest.fixture
def ask(sample, calls, make_caller):
    """`ask(method, **arguments)`: what the sample service answers to an admin."""
    return lambda method, **arguments: calls.call(make_caller(), f"sample.{method}", seconds=10, **arguments)


@pytest.fixture
def poison(sample, calls, make_caller, amqp_uri) -> str:
    """The id of an event that the sample's listener could not use."""
    count(calls, make_caller, str(uuid.uuid4()), 666)
    (one,) = wait_until(lambda: parking_lot.parked(amqp_uri, QUEUE), "the parked event")
    return one.id


def test_the_version_is_the_one_of_the_package_and_the_migration_the_newest_there_is():
    assert tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"] == __version__
    assert newest_migration("audit").isdecimal() and newest_migration("gateway") == ""


def test_each_process_is_named_until_it_says_goodbye_and_is_silent_where_it_says_none(sample, engine, ask):
    one, other = (Heartbeat(engine, name, sample) for name in ("host-1", "host-2"))
    one.beat()
    other.draining = True
    other.beat()
    found = ask("get_system_state")["processes"]
    assert [(row["instance"], row["status"], row["version"]) for row in found] == [
        ("host-1", "ready", __version__),
        ("host-2", "draining", __version__),
    ]
    assert found[0]["pool"]["most"] > 0 and "relay" in found[0]["leads"]
    other.leave()
    with engine.begin() as connection:
        connection.execute(text("UPDATE processes SET seen_at = seen_at - interval '1 minute'"))
    state = ask("get_system_state")
    assert [(row["instance"], row["status"]) for row in state["processes"]] == [("host-1", "silent")]
    assert state["jobs"] == {"relay": None}


def test_a_process_that_is_long_gone_is_forgotten(sample, engine, ask):
    Heartbeat(engine, "host-1", sample).beat()
    with engine.begin() as connection:
        connection.execute(text("UPDATE processes SET seen_at = seen_at - interval '2 hours'"))
    Heartbeat(engine, "host-2", sample).beat()
    assert [row["instance"] for row in ask("get_system_state")["processes"]] == ["host-2"]


def test_lags_engines_and_parked_messages_are_numbers(poison, ask):
    state = ask("get_system_state")
    assert state["outbox"]["waiting"] == 0
    assert {queue["name"]: (queue["kind"], queue["parked"]) for queue in state["queues"]} == {
        "rpc-sample": ("calls", None),
        QUEUE: ("events", 1),
    }
    assert state["database"]["bytes"] > 0 and 0 < state["database"]["in_use"] <= state["database"]["most"]
    assert state["database"]["version"].split(".")[0].isdecimal() and state["broker"][0].isdecimal()


def test_parked_messages_are_shown_without_bodies_replayed_and_dropped(
    poison, ask, sample_session, amqp_uri, monkeypatch
):
    (one,) = ask("list_parked_messages", queue=QUEUE)["data"]
    assert (one["id"], one["event_type"], one["reason"]) == (
        poison,
        "counter.raised.v1",
        "ValueError: a poisonous number",
    )
    assert uuid.UUID(one["client_id"]) and "body" not in one
    ask("replay_parked_message", queue=QUEUE, message_id=poison)
    wait_until(lambda: parking_lot.parked(amqp_uri, QUEUE), "the event parked again")
    monkeypatch.setattr(SampleService, "poison", None)
    ask("replay_parked_message", queue=QUEUE, message_id=poison)
    wait_until(lambda: len(applied(sample_session)) == 1, "the replayed event applied")
    assert ask("list_parked_messages", queue=QUEUE) == {"data": [], "more": False}


@pytest.mark.parametrize("queue, message_id", [(QUEUE, "all"), (QUEUE, "nobody"), ("audit.activity", "all")])
def test_only_one_message_of_an_own_queue_is_dropped(poison, ask, amqp_uri, queue, message_id):
    with pytest.raises(ServiceProblem) as refused:
        ask("drop_parked_message", queue=queue, message_id=message_id)
    assert refused.value.code == "not-found"
    assert [one.id for one in parking_lot.parked(amqp_uri, QUEUE)] == [poison]
    ask("drop_parked_message", queue=QUEUE, message_id=poison)
    assert parking_lot.parked(amqp_uri, QUEUE) == []


def test_who_may_not_run_the_system_sees_nothing_of_it(sample, calls, make_caller):
    with pytest.raises(ServiceProblem) as refused:
        calls.call(make_caller(permissions=("clients.view",)), "sample.get_system_state")
    assert refused.value.code == "forbidden"
