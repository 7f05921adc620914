"""Parked messages: looked at without being moved, replayed once, dropped."""

import getpass
import uuid

import pytest
from structlog.testing import capture_logs

from chassis.events import parking_lot
from chassis.testing.plugin import confirming, wait_until
from chassis.testing.virtual_host import declare_listener
from chassis.tests.events.test_outbox_to_inbox import applied, count
from tests.support.chassis.sample_service import SampleService


@pytest.fixture
def poison(sample, calls, make_caller, amqp_uri) -> parking_lot.ParkedMessage:
    """An event that the sample's listener could not use."""
    count(calls, make_caller, str(uuid.uuid4()), 666)
    (one,) = wait_until(lambda: parking_lot.parked(amqp_uri, "sample.applied"), "the parked event")
    return one


def test_a_parked_message_is_shown_with_its_reason_and_stays(poison, amqp_uri, capsys):
    assert (poison.type, poison.reason) == ("counter.raised.v1", "ValueError: a poisonous number")
    assert parking_lot.main(["list", "sample.applied"], amqp_uri) == 0
    assert parking_lot.main(["show", "sample.applied", poison.id], amqp_uri) == 0
    assert capsys.readouterr().out.count(poison.id) == 2
    assert parking_lot.main(["show", "sample.applied", "nobody"], amqp_uri) == 1
    assert parking_lot.parked(amqp_uri, "sample.applied") == [poison]


def test_a_replayed_message_is_applied_once_when_its_fault_is_mended(poison, amqp_uri, sample_session, monkeypatch):
    monkeypatch.setattr(SampleService, "poison", None)
    assert parking_lot.replay(amqp_uri, "sample.applied", poison.id) == [poison]
    wait_until(lambda: len(applied(sample_session)) == 1, "the replayed event applied")
    assert parking_lot.parked(amqp_uri, "sample.applied") == []


def test_a_replay_of_what_is_still_poisonous_is_parked_again(poison, amqp_uri):
    parking_lot.replay(amqp_uri, "sample.applied", "all")
    again = wait_until(lambda: parking_lot.parked(amqp_uri, "sample.applied"), "the event parked again")
    assert again == [poison]


def test_a_dropped_message_is_gone_and_its_neighbour_stays(amqp_uri):
    declare_listener(amqp_uri, "sample.other")
    with confirming(amqp_uri) as connection:
        for number in (1, 2):
            connection.Producer().publish(
                "{nonsense",
                routing_key="sample.other.parked",
                message_id=f"m{number}",
                serializer=None,
                content_type="application/json",
                content_encoding="utf-8",
            )
    wait_until(lambda: len(parking_lot.parked(amqp_uri, "sample.other")) == 2, "both to arrive")
    assert [one.id for one in parking_lot.drop(amqp_uri, "sample.other", "m1")] == ["m1"]
    assert [one.id for one in parking_lot.parked(amqp_uri, "sample.other")] == ["m2"]


def test_who_replayed_or_dropped_what_is_recorded(amqp_uri):
    declare_listener(amqp_uri, "sample.other")
    with confirming(amqp_uri) as connection:
        for number in (1, 2):
            connection.Producer().publish(
                "{}",
                routing_key="sample.other.parked",
                message_id=f"m{number}",
                serializer=None,
                content_type="application/json",
                content_encoding="utf-8",
                headers={"reason": "too old", "type": "counter.raised.v1"},
            )
    wait_until(lambda: len(parking_lot.parked(amqp_uri, "sample.other")) == 2, "both to arrive")
    with capture_logs() as records:
        assert parking_lot.main(["replay", "sample.other", "m1"], amqp_uri) == 0
        assert parking_lot.main(["drop", "sample.other", "m2"], amqp_uri) == 0
    what = {
        "queue": "sample.other",
        "type": "counter.raised.v1",
        "reason": "too old",
        "by": getpass.getuser(),
        "log_level": "warning",
    }
    assert records == [
        {"event": "parked event: replay", "message_id": "m1", **what},
        {"event": "parked event: drop", "message_id": "m2", **what},
    ]


def test_what_is_not_understood_says_how_it_is_used(amqp_uri, capsys):
    assert parking_lot.main(["burn"], amqp_uri) == 2
    assert "replay QUEUE ID" in capsys.readouterr().err
