"""The relay: in order, confirmed, never past a row that the broker did not take; one active, the others ready."""

import json
import uuid

import pytest
from kombu import Connection, Queue
from sqlalchemy import select, text

from chassis.db.engine import make_engine
from chassis.db.tables import outbox
from chassis.events.relay import SENT_TOGETHER, ConfirmingPublisher, Undelivered, events_exchange, publish_batch
from chassis.events.unit_of_work import nested_unit_of_work
from chassis.testing.plugin import wait_until
from tests.support.chassis.sample_service import Counted, SampleService


@pytest.fixture
def engine(sample_database, sample_session):
    engine = make_engine(sample_database.app_url, pool_size=2)
    yield engine
    engine.dispose()


@pytest.fixture
def publisher(amqp_uri):
    publisher = ConfirmingPublisher(amqp_uri, "sample")
    yield publisher
    publisher.close()


@pytest.fixture
def record(sample_session, make_caller):
    """`record(client_id, n)`: n events on a client's stream."""

    def publish(client_id: str, count: int) -> None:
        with nested_unit_of_work(sample_session, "sample", make_caller(), client_id) as uow:
            for number in range(count):
                uow.publish(Counted(client_id=client_id, entity=("counter", client_id), facts={"by": number + 1}))
        sample_session.commit()

    return publish


def published(session) -> list[bool]:
    session.rollback()
    return [moment is not None for moment in session.scalars(select(outbox.c.published_at).order_by(outbox.c.id))]


def bind(amqp_uri: str, key: str, **arguments) -> None:
    with Connection(amqp_uri) as connection:
        Queue("subscriber", events_exchange("sample"), routing_key=key, **arguments)(
            connection.default_channel
        ).declare()


def received(amqp_uri: str) -> list[int]:
    with Connection(amqp_uri) as connection:
        queue, found = Queue("subscriber", no_declare=True)(connection.default_channel), []
        while message := queue.get(no_ack=True):
            found.append(json.loads(message.body)["sequence"])
        return found


def test_a_batch_leaves_in_order_and_is_marked_once(engine, publisher, record, sample_session, amqp_uri):
    bind(amqp_uri, "#")
    record(str(uuid.uuid4()), 5)
    assert publish_batch(engine, publisher) == 5
    assert publish_batch(engine, publisher) == 0
    assert received(amqp_uri) == [1, 2, 3, 4, 5]
    assert published(sample_session) == [True] * 5


def test_a_batch_leaves_in_few_writes_none_of_them_large(
    engine, publisher, record, sample_session, amqp_uri, monkeypatch
):
    bind(amqp_uri, "#")
    record(str(uuid.uuid4()), 200)
    socket, sent = publisher._transport._transport, []
    write = socket.write
    monkeypatch.setattr(socket, "write", lambda data: (sent.append(len(data)), write(data)))
    assert publish_batch(engine, publisher) == 200
    assert len(sent) == sum(sent) // SENT_TOGETHER + 1 and max(sent) < 2 * SENT_TOGETHER
    assert received(amqp_uri) == list(range(1, 201))


def test_an_event_that_no_queue_wants_stays_until_one_does(engine, publisher, record, sample_session, amqp_uri):
    record(str(uuid.uuid4()), 2)
    with pytest.raises(Undelivered) as failure:
        publish_batch(engine, publisher)
    assert failure.value.confirmed == 0
    assert published(sample_session) == [False, False]
    bind(amqp_uri, "#")
    assert publish_batch(engine, publisher) == 2
    assert received(amqp_uri) == [1, 2]


def test_a_refused_event_stops_the_batch_there_and_what_went_before_is_marked(
    engine, publisher, record, sample_session, amqp_uri
):
    bind(amqp_uri, "#", queue_arguments={"x-max-length": 2, "x-overflow": "reject-publish"})
    record(str(uuid.uuid4()), 4)
    with pytest.raises(Undelivered) as failure:
        publish_batch(engine, publisher)
    assert failure.value.confirmed == 2
    assert published(sample_session) == [True, True, False, False]


def test_the_standby_goes_on_when_the_active_relay_ends(run_service, sample_database, sample_session, record, amqp_uri):
    bind(amqp_uri, "#")
    first = run_service(SampleService, sample_database.app_url, issuer="support")
    run_service(SampleService, sample_database.app_url, issuer="support")
    record(str(uuid.uuid4()), 1)
    wait_until(lambda: published(sample_session) == [True], "the first event to leave")
    holders = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 1380273241 AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    assert sample_session.scalar(text(holders)) == 1
    relay = next(extension for extension in first.dependencies if type(extension).__name__ == "Relay")
    relay._thread.kill()
    record(str(uuid.uuid4()), 1)
    wait_until(lambda: published(sample_session) == [True, True], "the second event to leave by the other relay")
