"""Inboxes of both kinds, each with a table of what was handled."""

import sqlite3

import pytest
from sqlalchemy import create_engine, text

from chassis.testing.plugin import ServiceDatabase
from commerce_events import SqliteInbox
from commerce_events.sqlalchemy_inbox import SqlAlchemyInbox

HANDLED = "CREATE TABLE IF NOT EXISTS handled (place integer PRIMARY KEY, id text, stream text, sequence integer)"


class Sqlite:
    """The inbox in a file, and what was handled."""

    def __init__(self, file):
        self.inbox = SqliteInbox(file)
        self.inbox.connection.execute(HANDLED)

    def keep(self, event, transaction: sqlite3.Connection) -> None:
        transaction.execute(
            "INSERT INTO handled (id, stream, sequence) VALUES (?, ?, ?)", (event.id, event.stream, event.sequence)
        )

    def handled(self) -> list[str]:
        return [row[0] for row in self.inbox.connection.execute("SELECT id FROM handled ORDER BY place")]

    def close(self) -> None:
        self.inbox.close()


class Sqlalchemy:
    """The same by SQLAlchemy."""

    def __init__(self, url: str, types: str = HANDLED):
        self.engine = create_engine(url)
        self.inbox = SqlAlchemyInbox(self.engine)
        with self.engine.begin() as connection:
            connection.execute(text(types))

    def keep(self, event, transaction) -> None:
        statement = "INSERT INTO handled (id, stream, sequence) VALUES (:id, :stream, :sequence)"
        transaction.execute(text(statement), {"id": event.id, "stream": event.stream, "sequence": event.sequence})

    def handled(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(text("SELECT id FROM handled ORDER BY place")))

    def close(self) -> None:
        self.engine.dispose()


@pytest.fixture(params=["sqlite", "sqlalchemy", "postgresql"])
def store(request, tmp_path):
    """A store with an inbox; the one in PostgreSQL is in a database of its own."""
    if request.param == "postgresql":
        database = request.getfixturevalue("sample_store_database")
        made = Sqlalchemy(database, HANDLED.replace("integer PRIMARY KEY", "serial PRIMARY KEY"))
    else:
        file = tmp_path / "store.db"
        made = Sqlite(file) if request.param == "sqlite" else Sqlalchemy(f"sqlite:///{file}")
    yield made
    made.close()


@pytest.fixture
def sample_store_database(tmp_path):
    """The address of an empty database in PostgreSQL."""
    database = ServiceDatabase("sample", f"test_store_{tmp_path.name[-12:]}".replace("-", "_"))
    database.create()
    yield database.owner_url.replace("postgresql://", "postgresql+psycopg2://")
    database.drop()
