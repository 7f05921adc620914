"""PostgreSQL: one engine a process, one session a request, migrations under an advisory lock."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from nameko.extensions import DependencyProvider
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session

MIGRATION_LOCK = 0x434F4D4D  # one number for "Commerce migrates"; any constant does
NAMING = {
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}


class Base(DeclarativeBase):
    """The base of every model of one service; its metadata names constraints the same way everywhere."""

    metadata = MetaData(naming_convention=NAMING)


def driver_url(url: str) -> URL:
    """A plain postgresql:// address for psycopg2: psycopg 3, SQLAlchemy's default, would hold up every green thread."""
    return make_url(url).set(drivername="postgresql+psycopg2")


def make_engine(url: str, *, pool_size: int = 20) -> Engine:
    """An engine whose pool has one connection for each request in flight; waits 1 s for one, then TimeoutError."""
    return create_engine(driver_url(url), pool_size=pool_size, max_overflow=0, pool_timeout=1, pool_pre_ping=False,
                         pool_recycle=1800, connect_args={"connect_timeout": 3})


class Database(DependencyProvider):
    """`self.session`: the request's SQLAlchemy session. It reads freely; writing goes through `self.write` alone."""

    def __init__(self):
        self.engine: Engine | None = None
        self._open: dict = {}

    def setup(self):
        settings = self.container.config["settings"]
        self.engine = make_engine(settings.require("database_url"), pool_size=settings.max_workers + 2)

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

    engine = create_engine(driver_url(owner_url))
    config = Config()
    config.set_main_option("script_location", str(Path("services") / service / "migrations"))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            close_chassis_tables(connection, service)
            connection.commit()
    finally:
        engine.dispose()


def run_migrations(target_metadata: MetaData) -> None:
    """What each service's `migrations/env.py` calls: run on the connection that `migrate` holds the lock with."""
    from alembic import context

    connection = context.config.attributes["connection"]
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text("SET statement_timeout = '60s'"))
    context.configure(connection=connection, target_metadata=target_metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
