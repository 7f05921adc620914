"""Connections to the broker: what one that ends leaves behind."""

from types import SimpleNamespace

import pytest
from kombu.exceptions import OperationalError

from chassis import green
from chassis.bus.address import connect
from chassis.bus.connection import Consumer, Publisher


@pytest.mark.parametrize("settle", ["ack", "requeue"])
def test_a_message_whose_connection_ends_while_it_is_settled_is_left_to_the_broker(settle):
    def fails():
        raise BrokenPipeError("the broker is gone")

    message = SimpleNamespace(channel=SimpleNamespace(connection=True), ack=fails, requeue=fails)
    getattr(Consumer(), f"{settle}_message")(message)


def test_a_consumer_goes_on_after_an_error_of_kombu_itself(monkeypatch):
    consumer, tries = Consumer(), []

    def consume(**_options):
        tries.append(True)
        consumer.should_stop = len(tries) == 2
        raise OperationalError("the broker is starting")

    monkeypatch.setattr("chassis.bus.connection.RETRY_SECONDS", 0)
    monkeypatch.setattr(consumer, "consume", consume)
    monkeypatch.setattr("kombu.mixins.TokenBucket.can_consume", lambda *_: True)
    monkeypatch.setattr(
        Consumer, "connection", SimpleNamespace(connection_errors=(OSError,), channel_errors=(KeyError,))
    )
    consumer.run()
    assert len(tries) == 2


@pytest.mark.parametrize("error", [OSError("it is gone"), RuntimeError("Second simultaneous read on fileno 9")])
def test_a_publisher_whose_reader_ends_opens_another_connection(monkeypatch, error):
    opened = []

    def fails(**_options):
        raise error

    def opens(*_arguments, **_options):
        channel = SimpleNamespace(basic_publish=lambda *_, **__: None)
        opened.append(
            SimpleNamespace(
                connection=SimpleNamespace(), default_channel=channel, drain_events=fails, collect=lambda: None
            )
        )
        return opened[-1]

    monkeypatch.setattr("chassis.bus.connection.connect", opens)
    publisher = Publisher("amqp://guest:guest@127.0.0.1:1/")
    for _ in range(2):
        publisher.publish("{}", "", "anywhere")
        green.give_way()
    assert len(opened) == 2


def test_an_address_where_nobody_listens_is_given_up_at_the_first_try():
    tries = []
    connection = connect("amqp://guest:guest@127.0.0.1:1/")
    connection.transport.establish_connection = lambda: tries.append(True) or _refuse()
    with pytest.raises(OperationalError):
        connection.default_channel  # noqa: B018
    assert len(tries) == 1


def _refuse():
    raise ConnectionRefusedError("nobody listens")
