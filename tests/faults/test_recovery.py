"""What comes back by itself: a log that was behind."""

import time

import pytest
from sqlalchemy import Engine, text

from chassis.testing.plugin import wait_until
from deploy.services import PUBLISHERS
from tools.ops import reconcile

pytestmark = pytest.mark.faults

LOGGED = (
    "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables "
    "WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)
DRAIN_SECONDS = 300  # on any machine; what it takes on one that is left alone is in docs/reliability.md


def number(engine: Engine, table: str, condition: str = "true") -> int:
    with engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {condition}"))


def test_events_that_waited_for_the_log_are_in_it_soon_and_without_hands(system, engines, request):
    with system.processes["audit"].gone():
        (system.folder / "checkpoints.jsonl").unlink(missing_ok=True)
        with engines["audit"].connect() as connection:
            tables = connection.scalar(text(LOGGED))
        system.databases["audit"].tamper(f"TRUNCATE {tables}")
        for service in PUBLISHERS:
            system.databases[service].tamper("UPDATE outbox SET published_at = NULL")
        waiting = sum(number(engines[service], "outbox") for service in PUBLISHERS)
        begun = time.monotonic()
    wait_until(
        lambda: number(engines["audit"], "entries") >= waiting,
        f"{waiting} events to be in the log",
        seconds=DRAIN_SECONDS,
        interval=0.2,
    )
    took = time.monotonic() - begun
    with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{waiting} waiting events were in the log {took:.1f} s after the first could leave")
    wait_until(
        lambda: all(number(engines[service], "outbox", "published_at IS NULL") == 0 for service in PUBLISHERS),
        "every event to be marked",
    )
    assert waiting > 2000
    assert list(reconcile.findings(engines, settled="0 seconds")) == []
