"""Migrations while the service is at work: what waits for a lock lets others through, and nothing that is written is
lost."""

import threading
from unittest.mock import Mock

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from chassis.db import indexes, migrations
from chassis.db.engine import driver_url
from chassis.db.migrations import upgrade
from chassis.events import relay
from chassis.testing.plugin import ServiceDatabase, wait_until

ENV = """
from sqlalchemy import MetaData
from chassis.db.migrations import run_migrations
run_migrations(MetaData())
"""
REVISION = """
from alembic import op
revision, down_revision = {revision!r}, {before!r}


def upgrade():
    {change}
"""
FIRST = 'op.execute("CREATE TABLE notes (id serial PRIMARY KEY, body text NOT NULL)")'
EXPAND = 'op.execute("ALTER TABLE notes ADD COLUMN colour text")'
INDEX = """with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY notes_by_body ON notes (body)")"""
CONTRACT = 'op.execute("ALTER TABLE notes DROP COLUMN colour")'
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE%' "
    "AND datname = current_database()"
)


class Trial:
    """A database of its own, revisions to bring it to, and what its app does meanwhile."""

    def __init__(self, folder):
        self.folder, self.changes = folder, []
        self.database = ServiceDatabase("sample", f"test_migrating_{folder.name[-8:]}".replace("-", "_"))
        self.database.create()
        (folder / "versions").mkdir()
        (folder / "env.py").write_text(ENV)
        self.engine = create_engine(driver_url(self.database.owner_url), pool_size=8)

    def add(self, *changes: str) -> None:
        for change in changes:
            number = len(self.changes)
            self.changes.append(change)
            (self.folder / "versions" / f"{number}.py").write_text(
                REVISION.format(revision=str(number), before=str(number - 1) if number else None, change=change)
            )

    def upgrade(self) -> None:
        upgrade(self.folder, self.database.owner_url)

    def one(self, statement: str):
        with self.engine.connect() as connection:
            return connection.scalar(text(statement))

    def all(self, statement: str) -> list:
        """The first column of all rows, or the rows where there are several columns."""
        with self.engine.connect() as connection:
            rows = connection.execute(text(statement)).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]


@pytest.fixture
def trial(tmp_path):
    made = Trial(tmp_path)
    made.add(FIRST)
    made.upgrade()
    yield made
    made.engine.dispose()
    made.database.drop()


class Writers:
    """Write one row after another from four threads, each in a transaction of its own, until the block ends."""

    def __init__(self, trial: Trial):
        self._trial, self._ended = trial, threading.Event()
        self.written: list[str] = []
        self.slowest = 0.0
        self._threads = [threading.Thread(target=self._run, args=(name,)) for name in "abcd"]

    def _run(self, name: str) -> None:
        number = 0
        while not self._ended.is_set():
            with self._trial.engine.begin() as connection:
                connection.execute(text("SET LOCAL statement_timeout = '5s'"))
                connection.execute(text("INSERT INTO notes (body) VALUES (:body)"), {"body": f"{name} {number}"})
            self.written.append(f"{name} {number}")
            number += 1

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc_info):
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def go_on(self) -> None:
        """Wait until each of them could have written again."""
        seen = len(self.written)
        wait_until(lambda: len(self.written) > seen + 8, "writes to go on")


def test_a_table_is_expanded_and_contracted_while_rows_are_written_and_none_is_lost(trial):
    with Writers(trial) as writers:
        writers.go_on()
        trial.add(EXPAND, INDEX)
        trial.upgrade()
        writers.go_on()
        trial.add(CONTRACT)
        trial.upgrade()
        writers.go_on()
    with trial.engine.connect() as connection:
        assert sorted(connection.scalars(text("SELECT body FROM notes"))) == sorted(writers.written)
    assert trial.one("SELECT indisvalid FROM pg_index WHERE indexrelid = 'notes_by_body'::regclass") is True
    assert trial.one("SELECT count(*) FROM information_schema.columns WHERE table_name = 'notes'") == 2
    assert trial.one("SELECT version_num FROM alembic_version") == "3"


def test_a_change_that_waits_for_a_lock_lets_writers_through_and_comes_when_it_is_free(trial, monkeypatch):
    monkeypatch.setattr(migrations, "LOCK_PAUSE", 0.2)
    trial.add(EXPAND)
    migration = threading.Thread(target=trial.upgrade)
    with trial.engine.connect() as holder:
        holder.execute(text("SELECT count(*) FROM notes"))
        with Writers(trial) as writers:
            writers.go_on()
            migration.start()
            for _ in range(2):
                wait_until(lambda: trial.one(WAITING) == 1, "the change to wait for the table", interval=0.01)
                writers.go_on()
            holder.rollback()
            migration.join()
    assert trial.one("SELECT count(*) FROM notes WHERE colour IS NULL") == len(writers.written)


def test_a_lock_that_is_never_free_ends_the_migration_and_leaves_what_was_before(trial, monkeypatch):
    monkeypatch.setattr(migrations, "LOCK_TRIES", 2)
    monkeypatch.setattr(migrations, "LOCK_PAUSE", 0)
    trial.add(EXPAND)
    with trial.engine.connect() as holder:
        holder.execute(text("SELECT count(*) FROM notes"))
        with pytest.raises(OperationalError, match="lock timeout"):
            trial.upgrade()
    assert trial.one("SELECT version_num FROM alembic_version") == "0"
    assert trial.one("SELECT count(*) FROM information_schema.columns WHERE table_name = 'notes'") == 2


RECORD = "INSERT INTO outbox (event_id, type, stream, sequence, body) VALUES (gen_random_uuid(), 'a', 'b', 1, '{}')"
BEFORE_POSITIONS = "ALTER TABLE outbox DROP COLUMN position"
PUBLISHED_BEFORE = "UPDATE outbox SET published_at = now()"
PARTITIONED = """
SELECT relid::regclass::text, indisvalid FROM pg_partition_tree('ix_outbox_position') JOIN pg_index ON indexrelid = relid ORDER BY 1
"""
LOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def numbering(trial, monkeypatch):
    """A trial whose outbox has two published events and no positions, and whose next revision gives them. At last the
    outbox has the indexes of one that is made anew."""
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "30s")
    monkeypatch.setattr(relay, "message_of", lambda *_parts: {})
    trial.add("from chassis.db.migration_steps import create_chassis_tables; create_chassis_tables('sample')")
    trial.upgrade()
    as_made = trial.all(PARTITIONED)
    with trial.engine.begin() as connection:
        for statement in (BEFORE_POSITIONS, RECORD, RECORD, PUBLISHED_BEFORE):
            connection.execute(text(statement))
    trial.add("from chassis.db.migration_steps import number_published_events; number_published_events('sample')")
    yield trial
    assert trial.all(PARTITIONED) == as_made


def test_an_event_under_way_while_positions_are_given_shares_none(numbering):
    migration = threading.Thread(target=numbering.upgrade)
    with numbering.engine.connect() as writer:
        writer.execute(text(RECORD))
        migration.start()
        wait_until(lambda: numbering.one(LOCKED), "the migration to wait for the writer")
        writer.commit()
        migration.join()
    with numbering.engine.begin() as connection:
        connection.execute(text(RECORD))
    before = numbering.all("SELECT position FROM outbox ORDER BY id")
    assert before == sorted(set(before)) and len(before) == 4
    assert relay.publish_batch(numbering.engine, Mock()) == 2
    after = numbering.all("SELECT position FROM outbox ORDER BY id")
    assert after[:2] == before[:2] and after == sorted(set(after)) and after[2] > before[1]


def test_writers_go_on_while_the_index_of_positions_waits_for_one_of_them(numbering, monkeypatch):
    create = indexes._create
    with numbering.engine.connect() as writer, numbering.engine.connect() as other:

        def create_behind_a_writer(*given):
            if not writer.in_transaction():
                writer.execute(text(RECORD))
            create(*given)

        monkeypatch.setattr(indexes, "_create", create_behind_a_writer)
        migration = threading.Thread(target=numbering.upgrade)
        migration.start()
        wait_until(lambda: numbering.one(LOCKED), "the index to wait for the writer")
        other.execute(text("SET statement_timeout = '5s'"))
        other.execute(text(RECORD))
        other.commit()
        assert migration.is_alive()
        monkeypatch.setattr(indexes, "_create", create)
        writer.commit()
        migration.join()


def test_an_index_that_was_interrupted_is_built_anew(trial):
    trial.add("""from chassis.db.indexes import create_indexes
    create_indexes("notes_by_body ON notes (body)")""")
    with trial.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("INSERT INTO notes (body) VALUES ('same'), ('same')"))
        with pytest.raises(IntegrityError):
            connection.execute(text("CREATE UNIQUE INDEX CONCURRENTLY notes_by_body ON notes (body)"))
    trial.upgrade()
    assert trial.all("SELECT indisvalid FROM pg_index WHERE indexrelid = 'notes_by_body'::regclass") == [True]
