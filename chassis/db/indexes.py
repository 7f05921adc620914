"""Indexes that migrations build while the service is at work: nobody who writes or reads waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import Connection, text

INVALID = (
    "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE relname = :name AND NOT indisvalid"
)
LEAVES = "SELECT relid::regclass::text FROM pg_partition_tree(CAST(:table AS regclass)) WHERE isleaf"
ATTACHED = "SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass(:name)"


def create_indexes(*definitions: str) -> None:
    """For a migration: build each index, `name ON table …`, where it is not there yet; what an interrupted build left is
    built anew. What the revision did before is committed."""
    with op.get_context().autocommit_block():
        for definition in definitions:
            _create(op.get_bind(), definition)


def drop_index(name: str) -> None:
    """For a migration: drop an index that may be in use, where it is there. What the revision did before is
    committed."""
    with op.get_context().autocommit_block(), _unhurried(op.get_bind()) as connection:
        connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"))


def create_partitioned_index(name: str, table: str, column: str, where: str) -> None:
    """For a migration: build an index of one column a partition at a time, with the names that PostgreSQL itself gives;
    a partition that is added meanwhile has it at once. What the revision did before is committed."""
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        connection.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON ONLY {table} ({column}) WHERE {where}"))
        for leaf in connection.scalars(text(LEAVES), {"table": table}).all():
            part = f"{leaf}_{column}_idx"
            if connection.scalar(text(ATTACHED), {"name": part}) is None:
                _create(connection, f"{part} ON {leaf} ({column}) WHERE {where}")
                connection.execute(text(f"ALTER INDEX {name} ATTACH PARTITION {part}"))


def _create(connection: Connection, definition: str) -> None:
    name = definition.split()[0]
    with _unhurried(connection):
        if invalid := connection.scalar(text(INVALID), {"name": name}):
            connection.execute(text(f"DROP INDEX CONCURRENTLY {invalid}"))
        connection.execute(text(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {definition}"))


@contextmanager
def _unhurried(connection: Connection) -> Iterator[Connection]:
    """Wait as long as it takes: nobody queues behind what is done concurrently."""
    before = connection.scalar(text("SHOW lock_timeout"))
    connection.execute(text("SET lock_timeout = 0"))
    try:
        yield connection
    finally:
        connection.execute(text(f"SET lock_timeout = '{before}'"))
