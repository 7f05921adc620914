"""Warehouse loader: all events from the first one on, and then each new one: every event once, in the order of its stream.

Where Commerce was restored from a backup, system.restored.v1 says so: events of the epoch before it that came after the
backup are void, and are those whose sequence was given to another event of the new one.

    python warehouse_loader.py &                    it binds its queue, and waits for the replay
    ./dev replay warehouse --from beginning         history, then replay.ended.v1
                                                    it goes on with what was published meanwhile, and live

AMQP_URI is where the broker is.
"""

import json
import os
import sqlite3

from commerce_events import Event, SqliteInbox, Subscriber, subscribe

EVENTS = """
CREATE TABLE IF NOT EXISTS events (
  place integer PRIMARY KEY, source text NOT NULL, epoch integer NOT NULL, stream text NOT NULL, sequence integer NOT NULL,
  id text NOT NULL, type text NOT NULL, time text NOT NULL, subject text, facts text NOT NULL,
  UNIQUE (source, epoch, stream, sequence))
"""

inbox = SqliteInbox(os.environ.get("DATABASE", "warehouse.db"))
inbox.connection.execute(EVENTS)
warehouse = Subscriber(os.environ.get("SUBSCRIBER", "warehouse"), inbox=inbox, tries=None, batch=200, replay=True)


@warehouse.on_every_event
def load(event: Event, database: sqlite3.Connection) -> None:
    """A row for each event."""
    facts = json.dumps(event.raw["data"]["facts"])
    place = (event.source, event.epoch, event.stream, event.sequence)
    database.execute(
        "INSERT INTO events (source, epoch, stream, sequence, id, type, time, subject, facts) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*place, event.id, event.type, event.time.isoformat(), event.subject, facts),
    )


if __name__ == "__main__":
    subscribe(warehouse, os.environ["AMQP_URI"])
