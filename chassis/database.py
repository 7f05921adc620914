"""PostgreSQL: one engine a process, one session a request, migrations under an advisory lock."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from nameko.extensions import DependencyProvider
from psycopg2.extensions import connection as Psycopg2Connection
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from chassis.log import get_logger

MIGRATION_LOCK = 0x434F4D4D  # one number for "Commerce migrates"; any constant does
LOCK_TIMEOUT = "500ms"  # shorter than the deadline of a read, which waits behind it
LOCK_TRIES, LOCK_PAUSE = 60, 1.0
LOCK_NOT_AVAILABLE = "55P03"
PATIENCE_SECONDS = 15.0  # more than any statement may take; two of them are less than the broker waits for a heartbeat
ABANDONED = "-c idle_in_transaction_session_timeout=10s"
NAMING = {
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}

log = get_logger(__name__)


class Base(DeclarativeBase):
    """The base of every model of one service; its metadata names constraints the same way everywhere."""

    metadata = MetaData(naming_convention=NAMING)


def driver_url(url: str) -> URL:
    """A plain postgresql:// address for psycopg2: psycopg 3, SQLAlchemy's default, would hold up every green thread."""
    return make_url(url).set(drivername="postgresql+psycopg2")


class PatientConnection(Psycopg2Connection):
    """A connection that is given up when the database says nothing for too long: its other end may be gone, untold."""

    patience = PATIENCE_SECONDS


def make_engine(url: str, *, pool_size: int = 20, options: str = "") -> Engine:
    """An engine whose pool has one connection for each request in flight; waits 1 s for one, then TimeoutError."""
    return create_engine(driver_url(url), pool_size=pool_size, max_overflow=0, pool_timeout=1, pool_pre_ping=False,
                         pool_recycle=1800, connect_args={"connect_timeout": 3, "connection_factory": PatientConnection,
                                                          "options": options})


@contextmanager
def lock_connection(engine: Engine):
    """A connection to hold an advisory lock with, committing each statement by itself.

    It is closed for good when it is left (the pool would keep it open, and the lock with it), and the database closes it after
    90 s without a word: a holder that is gone without the database being told keeps nobody waiting for ever.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        connection.execute(text("SET idle_session_timeout = '90s'"))
        yield connection


class Database(DependencyProvider):
    """`self.session`: the request's SQLAlchemy session. It reads freely; writing goes through `self.write` alone."""

    def __init__(self):
        self.engine: Engine | None = None
        self._open: dict = {}

    def setup(self):
        settings = self.container.config["settings"]
        self.engine = make_engine(settings.require("database_url"), pool_size=settings.max_workers + 2, options=ABANDONED)

    def get_dependency(self, worker_ctx):
        session = self._open[worker_ctx] = Session(self.engine, expire_on_commit=False, autoflush=False)
        return session

    def worker_teardown(self, worker_ctx):
        self._open.pop(worker_ctx).close()

    def stop(self):
        self.engine.dispose()

    def kill(self):
        self.engine.dispose()


def migrate(service: str, owner_url: str) -> None:
    """Bring a service's database to its newest revision; waits for another migration of the same database to end."""
    from chassis.tables import close_chassis_tables

    upgrade(Path("services") / service / "migrations", owner_url, lambda connection: close_chassis_tables(connection, service))


def upgrade(script_location: Path, owner_url: str, afterwards: Callable[[Connection], None] = lambda _connection: None) -> None:
    """Run the revisions of `script_location`, then `afterwards`, while the service is at work.

    Whoever comes after a change of a table that waits for its lock waits too, so it gives up after LOCK_TIMEOUT, lets them
    through and tries again, for LOCK_TRIES times. Each revision is a transaction; what was done stays done.
    """
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
    connection.execute(text("SET statement_timeout = '60s'"))
    connection.commit()  # else Alembic takes this transaction for all of them, and holds every lock until the last
    context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
