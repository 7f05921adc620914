"""Calls to a service that does not do what it should: their answers, their deadlines, their places."""

import json
import time
from urllib.parse import quote, urlsplit

import pytest
import requests
from amqp import Message
from kombu import Connection

from chassis.bus.message_guard import MAX_CALL
from chassis.bus.topology import call_queue
from chassis.errors import ServiceProblem
from chassis.rpc import client as calls_module
from chassis.testing.engines import engine_address
from chassis.testing.plugin import wait_until
from chassis.testing.virtual_host import declare_calls
from tests.support.chassis.fake_service import GARBAGE, FakeService


def fake_service(amqp_uri: str, service: str, answer, **more) -> FakeService:
    """A fake service, and its queue."""
    declare_calls(amqp_uri, service)
    return FakeService(amqp_uri, service, answer, **more)


def refusal_of(call) -> tuple[str, str]:
    with pytest.raises(ServiceProblem) as refusal:
        call.answer()
    return refusal.value.code, refusal.value.detail


def test_an_answer_that_cannot_be_read_is_no_answer(calls, make_caller, amqp_uri):
    with fake_service(amqp_uri, "odd", lambda message: GARBAGE[json.loads(message.body)["kwargs"]["kind"]]):
        reading = {kind: calls.start(make_caller(), "odd.look", kind=kind) for kind in GARBAGE}
        writing = {kind: calls.start(make_caller(), "odd.change", writes=True, kind=kind) for kind in GARBAGE}
        assert {kind: refusal_of(call)[0] for kind, call in reading.items()} == dict.fromkeys(GARBAGE, "unavailable")
        assert {kind: refusal_of(call)[0] for kind, call in writing.items()} == dict.fromkeys(
            GARBAGE, "outcome-unknown"
        )
    assert calls._replies._reply_events == {}


def test_an_answer_that_comes_late_belongs_to_nobody(calls, make_caller, amqp_uri):
    received = []

    def answer(message):
        received.append(message.properties["correlation_id"])
        return json.dumps({"result": {"data": len(received)}}).encode()

    with fake_service(amqp_uri, "late", answer, delay=0.6):
        assert refusal_of(calls.start(make_caller(), "late.look", seconds=0.2)) == (
            "unavailable",
            "late.look did not answer in time.",
        )
        assert calls.call(make_caller(), "late.look", seconds=3) == 2


def test_an_answer_is_forgotten_by_the_broker_when_it_is_sent_and_a_call_when_it_is_answered(sample, calls, amqp_uri):
    """Nobody acknowledges an answer: there is nobody to send it to again."""

    def asks_for_acknowledgements() -> dict[str, bool]:
        vhost = quote(urlsplit(amqp_uri).path[1:], safe="")
        found = requests.get(f"{engine_address('COMMERCE_TEST_RABBIT_API')}/api/consumers/{vhost}", timeout=10).json()
        return {one["queue"]["name"].partition("-")[0]: one["ack_required"] for one in found}

    wanted = {"rpc": True, "rpc.reply": False}
    wait_until(lambda: wanted.items() <= asks_for_acknowledgements().items(), "the consumers to be known", seconds=30)


def test_an_answer_that_is_too_large_is_dropped_and_the_consumer_goes_on(calls, make_caller, amqp_uri):
    size = {"large": MAX_CALL + 1, "small": 1}

    def answer(message) -> bytes:
        return json.dumps({"result": {"data": "x" * size[json.loads(message.body)["kwargs"]["kind"]]}}).encode()

    def channel():
        return calls._replies.queue_consumer._consumers[calls._replies].channel

    before = channel()
    with fake_service(amqp_uri, "large", answer):
        assert refusal_of(calls.start(make_caller(), "large.look", seconds=2, kind="large"))[0] == "unavailable"
        for _ in range(3):
            assert calls.call(make_caller(), "large.look", seconds=10, kind="small") == "x"
    assert channel() is before


def test_a_call_that_nobody_took_leaves_the_queue_with_its_deadline(calls, make_caller, amqp_uri):
    declare_calls(amqp_uri, "absent")
    with Connection(amqp_uri) as connection:
        queue = call_queue("absent")(connection.default_channel)

        def waiting() -> int:
            return queue.queue_declare(passive=True).message_count

        pending = calls.start(make_caller(), "absent.change", seconds=2, writes=True)
        wait_until(lambda: waiting() == 1, "the call to be in the queue")
        assert refusal_of(pending)[0] == "outcome-unknown"
        wait_until(lambda: waiting() == 0, "the call to be gone")


def test_a_full_queue_refuses_a_call_at_once_and_nothing_was_done(calls, make_caller, amqp_uri):
    declare_calls(amqp_uri, "full")
    with Connection(amqp_uri, transport_options={"confirm_publish": True}) as connection:
        queue = call_queue("full")(connection.default_channel)
        for _ in range(10_000):
            connection.default_channel._basic_publish(Message(b"{}", delivery_mode=1), "", queue.name)
        wait_until(
            lambda: queue.queue_declare(passive=True).message_count == 10_000, "the queue to be full", seconds=30
        )
    begun = time.monotonic()
    assert refusal_of(calls.start(make_caller(), "full.change", seconds=20, writes=True)) == (
        "unavailable",
        "The service has more waiting than it can take.",
    )
    assert time.monotonic() - begun < 10
    assert (calls._replies.slots.used("full"), calls._publisher._unconfirmed) == (0, {})


def test_a_call_that_was_sent_before_the_broker_stopped_reading_is_not_waited_for(calls, make_caller, amqp_uri):
    with fake_service(amqp_uri, "silent", lambda message: None) as silent:
        pending = calls.start(make_caller(), "silent.change", seconds=30, writes=True)
        wait_until(lambda: silent.taken and not calls._publisher._unconfirmed, "the call to be confirmed")
        calls._publisher._unconfirmed[calls._publisher._sent] = pending._id  # as if the broker had not said so
        begun = time.monotonic()
        calls._publisher._block(True)
        try:
            assert refusal_of(pending)[0] == "outcome-unknown"
        finally:
            calls._publisher._block(False)
    assert time.monotonic() - begun < 15


def test_so_many_calls_to_a_silent_service_are_open_at_once_and_others_do_not_wait_for_them(
    calls, make_caller, amqp_uri, monkeypatch
):
    monkeypatch.setattr(calls_module, "SLOT_SECONDS", 0.1)
    who = make_caller()
    with (
        fake_service(amqp_uri, "silent", lambda message: None) as silent,
        fake_service(amqp_uri, "quick", lambda message: b'{"result": {"data": true}}'),
    ):
        pending = [calls.start(who, "silent.look", seconds=5) for _ in range(calls_module.OPEN_CALLS)]
        with pytest.raises(ServiceProblem) as refusal:
            calls.start(who, "silent.look", seconds=5)
        assert (refusal.value.code, refusal.value.detail) == ("unavailable", "silent has too many calls open.")
        answers = calls.gather(
            who, {**{n: ("silent.look", {}) for n in range(3)}, "quick": ("quick.look", {})}, seconds=0.9
        )
        assert answers["quick"] is True
        assert {answers[n].detail for n in range(3)} == {"silent has too many calls open."}
        calls._replies.fail(pending[0]._id, "enough")
        assert refusal_of(calls.start(who, "silent.look", seconds=0.2)) == (
            "unavailable",
            "silent.look did not answer in time.",
        )
        wait_until(lambda: len(silent.taken) == calls_module.OPEN_CALLS + 1, "the calls to be taken")
    for call in pending[1:]:
        calls._replies.forget(call._id)
    assert calls._replies.slots.used("silent") == 0
