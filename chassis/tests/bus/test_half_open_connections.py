"""Connections of which one end is gone and the other was not told: each is given up in time, and what it carried goes
on."""

import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from chassis.bus import connection
from chassis.db.engine import ABANDONED, PatientConnection, lock_connection, make_engine
from chassis.errors import ServiceProblem
from chassis.events import listener
from chassis.events.listener import Listener
from chassis.process import runtime
from chassis.testing.plugin import wait_until
from tests.support.chassis.handmade_events import by_stream, in_order, send, streams
from tests.support.chassis.sample_service import SampleService, applied, counters

HEARTBEAT = 1


@pytest.fixture
def linked(network, run_service, sample_database, sample_session, amqp_uri, monkeypatch):
    """The sample service behind links to its database and its broker, with less patience than usual."""
    for module in (connection, listener, runtime):
        monkeypatch.setattr(module, "HEARTBEAT_SECONDS", HEARTBEAT)
    monkeypatch.setattr(PatientConnection, "patience", 1.0)
    links = SimpleNamespace(broker=network.link(amqp_uri), database=network.link(sample_database.app_url))
    service = run_service(SampleService, links.database.url, issuer="support", amqp_uri=links.broker.url)
    links.listener = next(entrypoint for entrypoint in service.entrypoints if isinstance(entrypoint, Listener))
    wait_until(lambda: links.listener.consuming, "the listener to consume")
    return links


def count(calls, make_caller, client_id: str) -> dict | None:
    """Raise the client's counter by one; None when there was no answer."""
    try:
        return calls.call(make_caller(), "sample.count", client_id=client_id, by=1, seconds=2, writes=True)
    except ServiceProblem as problem:
        assert problem.code in ("unavailable", "outcome-unknown"), problem
        return None


@pytest.mark.parametrize("treatment", ["deaf_engine", "deaf_process"])
def test_with_the_broker_half_open_events_go_on_and_calls_are_answered_again(
    linked, sample_session, amqp_uri, calls, make_caller, treatment
):
    events = streams(5, 4)
    send(amqp_uri, events[:10])
    wait_until(lambda: len(applied(sample_session)) == 10, "the first events")
    linked.broker.treat(treatment)
    send(amqp_uri, events[10:])
    wait_until(lambda: len(applied(sample_session)) == 20, "the others, over another connection", seconds=20)
    assert by_stream(applied(sample_session)) == in_order(events)
    client_id = str(uuid.uuid4())
    wait_until(lambda: count(calls, make_caller, client_id), "a call to be answered", seconds=20)


def test_with_the_database_half_open_calls_fail_and_then_are_answered_again(linked, sample_session, calls, make_caller):
    client_id = str(uuid.uuid4())
    assert count(calls, make_caller, client_id) == {"value": 1}
    linked.database.treat("deaf_engine")
    wait_until(
        lambda: count(calls, make_caller, client_id), "a call to be answered over another connection", seconds=20
    )
    done = counters(sample_session)[client_id]
    wait_until(lambda: len(applied(sample_session)) == done, "the event of each of them to be applied", seconds=20)


def test_a_lock_whose_holder_is_gone_without_a_word_is_given_up_by_the_database(sample_database, sample_session):
    engine = make_engine(sample_database.app_url, pool_size=1)
    with lock_connection(engine) as holder:
        assert holder.scalar(text("SHOW idle_session_timeout")) == "90s"
    engine.dispose()
    engine = make_engine(sample_database.app_url, pool_size=1, options=ABANDONED)
    with engine.connect() as writer:
        assert writer.scalar(text("SHOW idle_in_transaction_session_timeout")) == "10s"
    engine.dispose()
