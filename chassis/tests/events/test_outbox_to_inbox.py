"""From a write to its listener: outbox, relay, inbox, parking."""

import uuid

from kombu import Connection
from sqlalchemy import select

from chassis.db.tables import inbox, outbox
from chassis.events.event import commitment
from chassis.events.parking_lot import parking_queue
from chassis.testing.plugin import confirming, wait_until
from tests.support.chassis.sample_service import applied, unpublish


def count(calls, make_caller, client_id, by=1):
    return calls.call(make_caller(), "sample.count", client_id=client_id, by=by, seconds=5)


def test_each_write_is_applied_once_and_in_order(sample, calls, make_caller, sample_session):
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    for client_id in (one, one, two, one):
        count(calls, make_caller, client_id)
    wait_until(lambda: len(applied(sample_session)) == 4, "all four events applied")
    assert [pair for pair in applied(sample_session) if pair[0] == one] == [(one, 1), (one, 2), (one, 3)]
    assert [pair for pair in applied(sample_session) if pair[0] == two] == [(two, 1)]


def test_events_published_again_change_nothing(sample, calls, make_caller, sample_session):
    client_id = str(uuid.uuid4())
    count(calls, make_caller, client_id)
    count(calls, make_caller, client_id)
    wait_until(lambda: len(applied(sample_session)) == 2, "both events applied")
    unpublish(sample_session)
    count(calls, make_caller, client_id)
    wait_until(lambda: len(applied(sample_session)) == 3, "the third event applied, after the two doubles")
    assert applied(sample_session) == [(client_id, 1), (client_id, 2), (client_id, 3)]
    assert len(sample_session.scalars(select(inbox.c.event_id)).all()) == 3


def test_a_poisonous_event_is_parked_with_its_reason_and_the_rest_goes_on(
    sample, calls, make_caller, sample_session, amqp_uri
):
    client_id = str(uuid.uuid4())
    for by in (1, 666, 2):
        count(calls, make_caller, client_id, by)
    wait_until(lambda: len(applied(sample_session)) == 2, "the two good events applied")
    assert [sequence for _, sequence in applied(sample_session)] == [1, 3]
    with Connection(amqp_uri) as connection:
        parked = wait_until(
            lambda: parking_queue("sample.applied")(connection.default_channel).get(), "the parked event"
        )
    assert parked.headers["reason"] == "ValueError: a poisonous number"


def test_what_is_no_event_is_parked(sample, sample_session, amqp_uri, calls, make_caller):
    with confirming(amqp_uri) as connection:
        connection.Producer().publish(
            "{nonsense",
            exchange="sample.events",
            routing_key="counter.raised.v1",
            content_type="application/json",
            content_encoding="utf-8",
            serializer=None,
        )
        parked = wait_until(
            lambda: parking_queue("sample.applied")(connection.default_channel).get(), "the parked message"
        )
    assert parked.headers["reason"].startswith("not an event")


def test_personal_values_stay_out_of_the_body_and_are_bound_by_commitments(sample, calls, make_caller, sample_session):
    calls.call(make_caller(), "sample.count", client_id=str(uuid.uuid4()), by=1, reason="she asked", seconds=5)
    row = sample_session.execute(select(outbox.c.body, outbox.c.personal)).one()
    assert "she asked" not in str(row.body) and "Ada Staff" not in str(row.body) and "192.0.2.7" not in str(row.body)
    assert set(row.personal) == {"reason", "actor_name", "ip"}
    for name, part in row.personal.items():
        assert row.body["facts"]["commitments"][name] == commitment(part["salt"], part["value"])
