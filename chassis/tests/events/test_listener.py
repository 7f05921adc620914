"""Listeners under faults that pass: the same batch again, nothing parked, nothing twice."""

import uuid

import pytest
from kombu import Connection
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.events.listener import read_event
from chassis.events.parking_lot import parking_queue
from chassis.testing.plugin import wait_until
from tests.support.chassis.sample_service import applied


def test_a_locked_table_is_waited_out_and_parks_nothing(
    sample, calls, make_caller, sample_session, sample_database, amqp_uri
):
    client_id = str(uuid.uuid4())
    superuser = create_engine(driver_url(sample_database.superuser_url))
    with superuser.connect() as holder:
        holder.execute(text("ALTER ROLE sample_app SET lock_timeout = '200ms'"))
        holder.commit()
        holder.execute(text("LOCK TABLE sample_applied IN ACCESS EXCLUSIVE MODE"))
        calls.call(make_caller(), "sample.count", client_id=client_id, by=1, seconds=5)
        calls.call(make_caller(), "sample.count", client_id=client_id, by=1, seconds=5)
        holder.rollback()
        holder.execute(text("ALTER ROLE sample_app RESET lock_timeout"))
        holder.commit()
    superuser.dispose()
    wait_until(
        lambda: applied(sample_session) == [(client_id, 1), (client_id, 2)], "both events after the lock is gone"
    )
    with Connection(amqp_uri) as connection:
        assert parking_queue("sample.applied")(connection.default_channel).get() is None


class Delivered:
    """A message as far as `read_event` looks at it."""

    def __init__(self, body: bytes):
        self.headers, self.body, self.content_type = {}, body, "application/json"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[]", b'{"id": 1}', b"null", b"x" * 300_000, b"[" * 200_000])
def test_what_no_envelope_fits_is_named_and_never_raises(body):
    event, fault = read_event(Delivered(body))
    assert event is None and fault
