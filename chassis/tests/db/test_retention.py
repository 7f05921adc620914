"""Retention of what every service keeps: idempotency keys and the inbox."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.db.retention import EVERYWHERE
from chassis.db.tables import idempotency_keys, inbox
from chassis.process.retention import forget_step
from chassis.retention import PERIODS, configure
from chassis.settings import SettingsError, read_settings

NOW = datetime.now(UTC)
LATER = timedelta(days=1)


@pytest.fixture
def aged(sample_session, sample_database):
    """A session of the app role on keys and an inbox with 5 rows of two consumers that are over, and 2 that are not."""
    engine = create_engine(driver_url(sample_database.superuser_url))
    with engine.begin() as connection:
        for number in range(7):
            kept = number >= 5
            moment = NOW - timedelta(days=PERIODS["inbox"].days) + (LATER if kept else -LATER)
            keyed = NOW - timedelta(days=PERIODS["idempotency-keys"].days) + (LATER if kept else -LATER)
            key = {"principal": "staff:1", "operation": "count", "key": f"{'kept' if kept else 'old'}-{number}"}
            connection.execute(insert(idempotency_keys).values(**key, fingerprint=b"", created_at=keyed))
            event_id = f"{int(moment.timestamp() * 1000):012x}70008000{number:012x}"
            consumer = f"sample.{number % 2}"
            connection.execute(insert(inbox).values(consumer=consumer, event_id=event_id, received_at=moment))
    engine.dispose()
    return sample_session


def left(session: Session) -> tuple[int, int]:
    """How many keys and inbox rows there are."""
    return tuple(session.scalar(select(func.count()).select_from(table)) for table in (idempotency_keys, inbox))


def test_what_is_over_its_retention_is_deleted_a_few_rows_at_a_time_and_the_rest_is_kept(aged):
    assert forget_step(aged, EVERYWHERE, most=3)
    assert left(aged) == (4, 4)
    assert not forget_step(aged, EVERYWHERE, most=3)
    assert left(aged) == (2, 2)
    assert {key[:4] for key in aged.scalars(select(idempotency_keys.c.key))} == {"kept"}


def test_a_row_that_somebody_holds_is_passed_over_and_nobody_waits_for_it(aged, sample_database):
    engine = create_engine(driver_url(sample_database.superuser_url))
    with Session(engine) as other:
        other.execute(select(idempotency_keys).where(idempotency_keys.c.key == "old-0").with_for_update())
        forget_step(aged, EVERYWHERE)
        assert left(aged) == (3, 2)
    engine.dispose()


@pytest.mark.parametrize("name", ["idempotency-keys", "inbox"])
def test_the_database_itself_keeps_thirty_days_of_what_stops_a_second_effect(aged, name):
    (forget,) = EVERYWHERE[name]
    with pytest.raises(ProgrammingError, match="30 days at least"):
        forget(aged, 29, 10)
    aged.rollback()


def test_a_setting_chooses_other_periods_and_none_below_its_least():
    assert read_settings({"COMMERCE_RETENTION": "mails=10, sessions=900"}).retention == {"mails": 10, "sessions": 900}
    for wrong in ("idempotency-keys=29", "keys=90", "mails"):
        with pytest.raises(SettingsError, match=f"COMMERCE_RETENTION has {wrong}"):
            read_settings({"COMMERCE_RETENTION": wrong})


def test_a_shorter_period_deletes_earlier(aged):
    configure({"idempotency-keys": 30, "inbox": 30})
    try:
        forget_step(aged, EVERYWHERE)
    finally:
        configure({})
    assert left(aged) == (0, 0)
