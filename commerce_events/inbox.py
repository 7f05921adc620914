"""The inbox: which events a consumer has handled, written in the transaction of their effects, so that each has them once."""

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from commerce_events.event import Event

Effect = Callable[[Event, Any], None]
"""What an event does, `effect(event, transaction)`: everything by the inbox's own transaction, which it does not commit."""

_TABLES = """
CREATE TABLE IF NOT EXISTS commerce_inbox (
  consumer text NOT NULL, event_id text NOT NULL, received_at real NOT NULL,
  PRIMARY KEY (consumer, event_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commerce_inbox_attempts (
  consumer text NOT NULL, event_id text NOT NULL, number integer NOT NULL DEFAULT 1,
  PRIMARY KEY (consumer, event_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commerce_inbox_marks (
  consumer text NOT NULL, mark text NOT NULL, PRIMARY KEY (consumer, mark)) WITHOUT ROWID;
"""


class Inbox(Protocol):
    """What a subscriber needs of an inbox."""

    def apply(self, consumer: str, events: Sequence[Event], effect: Effect) -> int:
        """In one transaction: record `events`, and run `effect` for each that `consumer` has not had; how many those
        were. What `effect` raises undoes all of it."""

    def attempt(self, consumer: str, event: Event) -> int:
        """Count that `event` is begun, in a transaction of its own; how often it was by now."""

    def survived(self, consumer: str, event: Event) -> None:
        """Forget how often `event` was begun: it failed, and its process goes on."""

    def mark(self, consumer: str, mark: str) -> None:
        """Remember `mark` for good."""

    def is_marked(self, consumer: str, mark: str) -> bool:
        """Whether `mark` is remembered."""

    def forget(self, older_than: float) -> int:
        """Forget events that were handled more than `older_than` seconds ago; how many. Keep them for longer than any
        message can wait in a queue."""


class SqliteInbox:
    """An inbox in a SQLite file, for effects in that same file: the transaction is its `sqlite3.Connection`. Threads that
    share it take turns."""

    def __init__(self, file: str | Path):
        self.connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=30)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.executescript(_TABLES)
        self._lock = threading.Lock()

    def apply(self, consumer: str, events: Sequence[Event], effect: Effect) -> int:
        with self._lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                fresh = [event for event in events if self._record(consumer, event)]
                for event in fresh:
                    effect(event, self.connection)
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
        return len(fresh)

    def _record(self, consumer: str, event: Event) -> bool:
        row = (consumer, event.id, time.time())
        return self.connection.execute("INSERT OR IGNORE INTO commerce_inbox VALUES (?, ?, ?)", row).rowcount == 1

    def attempt(self, consumer: str, event: Event) -> int:
        (row,) = self._rows(
            "INSERT INTO commerce_inbox_attempts (consumer, event_id) VALUES (?, ?) "
            "ON CONFLICT (consumer, event_id) DO UPDATE SET number = number + 1 RETURNING number",
            (consumer, event.id),
        )
        return row[0]

    def survived(self, consumer: str, event: Event) -> None:
        begun = (consumer, event.id)
        self._rows("DELETE FROM commerce_inbox_attempts WHERE (consumer, event_id) = (?, ?)", begun)

    def mark(self, consumer: str, mark: str) -> None:
        self._rows("INSERT OR IGNORE INTO commerce_inbox_marks VALUES (?, ?)", (consumer, mark))

    def is_marked(self, consumer: str, mark: str) -> bool:
        return bool(self._rows("SELECT 1 FROM commerce_inbox_marks WHERE (consumer, mark) = (?, ?)", (consumer, mark)))

    def forget(self, older_than: float) -> int:
        old = "DELETE FROM commerce_inbox WHERE received_at < ? RETURNING 1"
        return len(self._rows(old, (time.time() - older_than,)))

    def _rows(self, statement: str, values: tuple) -> list[tuple]:
        with self._lock:
            return self.connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
