"""Heartbeat: what each process says of itself, every BEAT_SECONDS, in a table of its service's database.

Whoever asks any replica of a service is told of all of them: also of one that fell silent without a goodbye.
"""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from nameko.containers import ServiceContainer
from prometheus_client import Gauge
from sqlalchemy import Engine, text

from chassis import __version__, green
from chassis.db.faults import DATABASE_ERRORS, first_line
from chassis.events.relay import LEADS as RELAYS
from chassis.logs import get_logger
from chassis.process.jobs import LEADS as JOBS
from chassis.process.metrics import lags_of, pool_of

BEAT_SECONDS = 5.0
SILENT_SECONDS = 20
FORGET_SECONDS = 3600
GOODBYE_SECONDS = 2

BEAT = text("""
    INSERT INTO processes (instance, version, migration, started_at, seen_at, state)
    VALUES (:instance, :version, :migration, :started_at, clock_timestamp(), CAST(:state AS jsonb))
    ON CONFLICT (instance) DO UPDATE SET version = excluded.version, migration = excluded.migration,
      started_at = excluded.started_at, seen_at = excluded.seen_at, state = excluded.state
""")
FORGET = text("DELETE FROM processes WHERE seen_at < clock_timestamp() - make_interval(secs => :seconds)")
LEAVE = text("DELETE FROM processes WHERE instance = :instance")

log = get_logger(__name__)


class Heartbeat:
    """The heartbeat of this process, in the database of `engine`."""

    def __init__(self, engine: Engine, instance: str, container: ServiceContainer):
        self._engine, self._container = engine, container
        self._row = {
            "instance": instance,
            "version": __version__,
            "migration": newest_migration(container.service_name),
            "started_at": datetime.now(UTC),
        }
        self._ended = False
        self.draining = False

    def run(self) -> None:
        """Beat until `leave`; while the database is away nobody hears it, and it goes on."""
        while not self._ended:
            try:
                self.beat()
            except (*DATABASE_ERRORS, OSError) as error:
                log.warning("a heartbeat is not heard", error=first_line(error))
            time.sleep(BEAT_SECONDS)

    def beat(self) -> None:
        """Say once that this process is there, and forget those that have been silent for FORGET_SECONDS."""
        with self._engine.begin() as connection:
            connection.execute(BEAT, {**self._row, "state": json.dumps(self._state())})
            connection.execute(FORGET, {"seconds": FORGET_SECONDS})

    def leave(self) -> None:
        """Say goodbye: a process that ended as it was told to is not missed. Gives up after GOODBYE_SECONDS."""
        self._ended = True
        try:
            with green.Timeout(GOODBYE_SECONDS), self._engine.begin() as connection:
                connection.execute(LEAVE, {"instance": self._row["instance"]})
        except (*DATABASE_ERRORS, OSError, green.Timeout):
            log.warning("a goodbye is not heard")

    def _state(self) -> dict:
        return {
            "draining": self.draining,
            "leads": [*(["relay"] if _led(RELAYS) else []), *_led(JOBS)],
            "pool": pool_of(self._container),
            "lags": lags_of(self._container),
        }


def newest_migration(service: str) -> str:
    """The newest revision that the code of `service` knows; empty for one without a database."""
    versions = Path("services") / service / "migrations" / "versions"
    return max((path.name.partition("_")[0] for path in versions.glob("*.py")), default="")


def _led(gauge: Gauge) -> list[str]:
    """The label values for which this process leads, by its own metrics."""
    samples = [sample for family in gauge.collect() for sample in family.samples if sample.value]
    return sorted(value for sample in samples for value in sample.labels.values())
