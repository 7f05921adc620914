"""Replay: so many events sent to the warehouse loader and paged through by the API, from the beginning to the end."""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg2

from chassis.bus.address import connect
from deploy.services import PUBLISHERS
from tools.bench.measuring import GatewayConnection, processor_time

NAME = "bench_loader"
LOADER = Path(__file__).parents[2] / "commerce_events/examples/warehouse_loader.py"
EVENTS = "/api/v1/events?limit=100"
PATIENCE = 3600.0
NUMBER = "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL"
# Each copy is of other streams, which have the same sequences; the system's one stream is copied to many as well.
COPIES = """
INSERT INTO outbox (event_id, type, stream, sequence, body, personal, recorded_at, published_at, position)
SELECT id, type, stream, sequence,
  body || jsonb_build_object('id', id, 'stream', stream, 'subject', CASE WHEN body->>'subject' IS NULL THEN NULL ELSE stream END),
  personal, recorded_at, published_at, nextval('outbox_position')
FROM (
  SELECT md5(event_id::text || copy)::uuid AS id, type, md5(stream || copy) AS stream, sequence, body, personal,
    recorded_at, published_at
  FROM outbox, generate_series(1, %(copies)s) AS copy WHERE published_at IS NOT NULL
  ORDER BY copy, position LIMIT %(missing)s) AS made"""


def measure_replay(events: int) -> str:
    """Bring history to so many events, then read all of it both ways; a sentence with the seconds and what they cost."""
    number = _fill(events)
    with tempfile.TemporaryDirectory() as folder:
        seconds, ours, theirs = _replayed(Path(folder))
    before, begun = processor_time(), time.monotonic()
    read = _paged()
    paged = time.monotonic() - begun
    return (
        f"{number:,} events replayed to the warehouse loader in {seconds:.0f} s ({number / seconds:.0f} a second), "
        f"{1e6 * ours / number:.0f} µs on the processor for each to be sent and {1e6 * theirs / number:.0f} µs to be "
        f"handled. The API answers {read:,} of them in {paged:.0f} s ({read / paged:.0f} a second), "
        f"{1e6 * (processor_time() - before) / read:.0f} µs on the processor for each."
    )


def _fill(events: int) -> int:
    """Copy what was published until there are so many events, as much of each service as it has; how many there are."""
    connections = {
        service: psycopg2.connect(os.environ[f"{service.upper()}_OWNER_DATABASE_URL"]) for service in PUBLISHERS
    }
    there = {service: _scalar(connection, NUMBER) for service, connection in connections.items()}
    total = sum(there.values())
    for service, connection in connections.items():
        with closing(connection), connection, connection.cursor() as cursor:
            missing = max(0, events - total) * there[service] // total
            if missing:
                cursor.execute(COPIES, {"copies": missing // there[service] + 1, "missing": missing})
                cursor.execute("ANALYZE outbox")
            there[service] += missing
    return sum(there.values())


def _replayed(folder: Path) -> tuple[float, float, float]:
    """Replay all of it to a loader with an empty database: the seconds until it has had the last one, and on the processor
    those of the replay and of the loader."""
    address = os.environ["COMMERCE_AMQP_URI"]
    env = {**os.environ, "COMMERCE_REPLAYS_DIR": str(folder)}
    settings = {
        "AMQP_URI": address,
        "SUBSCRIBER": NAME,
        "DATABASE": str(folder / "loader.db"),
        "PYTHONPATH": str(LOADER.parents[2]),
    }
    loader = subprocess.Popen([sys.executable, "-W", "ignore", LOADER], env=env | settings)
    try:
        before, begun = _children(), time.monotonic()
        command = [sys.executable, "-W", "ignore", "-m", "tools.ops.replay", NAME, "--from", "beginning"]
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL).returncode:
            raise SystemExit("The replay stopped.")
        sent = _children()
        _await_end(folder / "loader.db")
        seconds = time.monotonic() - begun
        loader.terminate()
        loader.wait()
        return seconds, sent - before, _children() - sent
    finally:
        loader.kill()
        loader.wait()
        _forget(address)


def _await_end(database: Path) -> None:
    """Wait until the loader has had the replay to its end."""
    end, marked = time.monotonic() + PATIENCE, "SELECT count(*) FROM commerce_inbox_marks"
    with closing(sqlite3.connect(database, timeout=30)) as inbox:
        while not inbox.execute(marked).fetchone()[0]:
            if time.monotonic() > end:
                raise SystemExit("The loader does not come to the end.")
            time.sleep(0.05)


def _forget(address: str) -> None:
    """Delete the loader's queues and exchange."""
    with connect(address) as broker:
        channel = broker.channel()
        for queue in ("events", "events.parked", "replay"):
            channel.queue_delete(f"{NAME}.{queue}")
        channel.exchange_delete(f"{NAME}.parking")


def _children() -> float:
    """Seconds on the processor of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _paged() -> int:
    """Page through all events by the API; how many there are."""
    gateway, number, after = GatewayConnection(), 0, ""
    while after is not None:
        page = json.loads(gateway.get(f"{EVENTS}{after and f'&after={after}'}")[1])
        if page["unavailable"]:
            raise SystemExit(f"{', '.join(page['unavailable'])} did not answer.")
        number, after = number + len(page["data"]), page["page"]["next"]
    return number


def _scalar(connection, statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
