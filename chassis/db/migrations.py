"""Migrations: Alembic's revisions of a service, run under an advisory lock while the service is at work."""

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.exc import OperationalError

from chassis.db.engine import driver_url
from chassis.db.tables import close_chassis_tables
from chassis.logs import get_logger

MIGRATION_LOCK = 0x434F4D4D  # one number for "Commerce migrates"; any constant does
LOCK_TIMEOUT = "500ms"  # shorter than the deadline of a read, which waits behind it
LOCK_TRIES, LOCK_PAUSE = 60, 1.0
LOCK_NOT_AVAILABLE = "55P03"

log = get_logger(__name__)


def migrate(service: str, owner_url: str) -> None:
    """Bring a service's database to its newest revision; waits for another migration of the same database to end."""
    upgrade(
        Path("services") / service / "migrations",
        owner_url,
        lambda connection: close_chassis_tables(connection, service),
    )


def upgrade(
    script_location: Path, owner_url: str, afterwards: Callable[[Connection], None] = lambda _connection: None
) -> None:
    """Run the revisions of `script_location`, then `afterwards`, while the service is at work.

    Whoever comes after a change of a table that waits for its lock waits too, so it gives up after LOCK_TIMEOUT, lets
    them through and tries again, for LOCK_TRIES times. Each revision is a transaction; what was done stays done.
    """
    from alembic import command  # which serving does without
    from alembic.config import Config

    engine = create_engine(driver_url(owner_url))
    config = Config()
    config.set_main_option("script_location", str(script_location))

    def change(connection: Connection) -> None:
        command.upgrade(config, "head")
        afterwards(connection)
        connection.commit()

    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
            config.attributes["connection"] = connection
            _patiently(connection, change)
    finally:
        engine.dispose()


def _patiently(connection: Connection, change: Callable[[Connection], None]) -> None:
    for attempt in range(1, LOCK_TRIES + 1):
        try:
            change(connection)
            return
        except OperationalError as error:
            connection.rollback()
            if getattr(error.orig, "pgcode", None) != LOCK_NOT_AVAILABLE or attempt == LOCK_TRIES:
                raise
            log.warning("migration waits for a lock and tries again", attempt=attempt)
            time.sleep(LOCK_PAUSE)


def run_migrations(target_metadata: MetaData) -> None:
    """What each service's `migrations/env.py` calls: run on the connection that `migrate` holds the lock with."""
    from alembic import context

    connection = context.config.attributes["connection"]
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text("SET statement_timeout = 0"))  # an index on a large table takes as long as it takes
    connection.commit()  # else Alembic takes this transaction for all of them, and holds every lock until the last
    context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
