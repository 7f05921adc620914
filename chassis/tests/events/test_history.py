"""History: events are read again in the order in which they were published, and a position that is kept misses none."""

import uuid
from contextlib import ExitStack

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url, make_engine
from chassis.db.tables import outbox
from chassis.events import history
from chassis.events.event import SYSTEM, message_of
from chassis.events.history import read_part
from chassis.events.relay import publish_batch
from chassis.events.unit_of_work import nested_unit_of_work
from tests.support.chassis.sample_service import Counted, unpublish


class TakesAll:
    """A publisher whose broker takes everything."""

    def publish(self, messages: list[dict]) -> None:
        pass


@pytest.fixture
def engine(sample_database, sample_session):
    engine = make_engine(sample_database.app_url, pool_size=5)
    yield engine
    engine.dispose()


@pytest.fixture
def record(engine, make_caller):
    """`record(stack, stream, n)`: n events of a stream, written and not committed before the stack is left."""

    def write(stack: ExitStack, stream: str, count: int) -> None:
        session = stack.enter_context(Session(engine))
        stack.callback(session.commit)
        with nested_unit_of_work(session, "sample", make_caller(), stream) as uow:
            for number in range(count):
                uow.publish(Counted(client_id=stream, entity=("counter", stream), facts={"by": number + 1}))
            uow.flush()

    return write


def sequences(part: history.Part) -> list[tuple[str, int]]:
    return [(row.body["stream"], row.body["sequence"]) for row in part.rows]


def test_what_is_committed_late_is_read_after_what_was_published_before(engine, record, sample_session):
    slow, fast = str(uuid.uuid4()), str(uuid.uuid4())
    with ExitStack() as late:
        record(late, slow, 2)
        with ExitStack() as early:
            record(early, fast, 2)
        assert publish_batch(engine, TakesAll()) == 2
        part = read_part(sample_session, after=0, limit=10)
        assert (sequences(part), part.more) == ([(fast, 1), (fast, 2)], False)
        sample_session.rollback()
    assert read_part(sample_session, after=part.position, limit=10).rows == []
    sample_session.rollback()
    assert publish_batch(engine, TakesAll()) == 2
    assert sequences(read_part(sample_session, after=part.position, limit=10)) == [(slow, 1), (slow, 2)]


def test_a_batch_keeps_the_order_of_its_streams_and_is_read_in_parts(engine, record, sample_session):
    stream = str(uuid.uuid4())
    with ExitStack() as stack:
        record(stack, stream, 7)
    publish_batch(engine, TakesAll())
    found, position, more = [], 0, True
    while more:
        part = read_part(sample_session, after=position, limit=3)
        found, position, more = found + sequences(part), part.position, part.more
    assert found == [(stream, number) for number in range(1, 8)]


def test_an_event_that_is_published_twice_has_one_place(engine, record, sample_session):
    with ExitStack() as stack:
        record(stack, str(uuid.uuid4()), 2)
    publish_batch(engine, TakesAll())
    before = read_part(sample_session, after=0, limit=10)
    unpublish(sample_session)
    assert read_part(sample_session, after=0, limit=10).rows == []
    sample_session.rollback()
    publish_batch(engine, TakesAll())
    again = read_part(sample_session, after=before.position, limit=10)
    assert sequences(again) == sequences(before)


def test_events_say_in_which_epoch_they_were_published(engine, record, sample_session, sample_database):
    stream = str(uuid.uuid4())
    with ExitStack() as stack:
        record(stack, stream, 1)
    owner = create_engine(driver_url(sample_database.owner_url))
    try:
        with owner.begin() as database:
            (first,) = sample_session.scalars(select(outbox.c.body))
            database.execute(text("SELECT setval('epoch', last_value + 5) FROM epoch"))
        sample_session.rollback()
        with ExitStack() as stack:
            record(stack, stream, 1)
        _, second = sample_session.scalars(select(outbox.c.body).order_by(outbox.c.id))
        assert second["epoch"] == first["epoch"] + 5 and message_of(second, None)["epoch"] == second["epoch"]
    finally:
        with owner.begin() as database:
            database.execute(text("SELECT setval('epoch', 1)"))
        owner.dispose()


def test_one_stream_and_some_types_are_read_alone_and_a_part_without_any_goes_on(
    engine, record, sample_session, monkeypatch
):
    monkeypatch.setattr(history, "LOOKED_AT", 2)
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    with ExitStack() as stack:
        record(stack, one, 3)
        record(stack, other, 2)
    publish_batch(engine, TakesAll())
    assert sequences(read_part(sample_session, after=0, limit=10, stream=other)) == [(other, 1), (other, 2)]
    assert read_part(sample_session, after=0, limit=10, stream=SYSTEM).rows == []
    part = read_part(sample_session, after=0, limit=10, types=["counter.lost.v1"])
    assert (part.rows, part.more) == ([], True)
    first = read_part(sample_session, after=part.position, limit=10, types=["counter.raised.v1"])
    assert len(first.rows) == 2 and first.more
