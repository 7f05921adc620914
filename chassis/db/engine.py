"""Engine and sessions: one pool of connections a process, one session a request."""

from contextlib import contextmanager

from nameko.extensions import DependencyProvider
from psycopg2 import Error as Psycopg2Error
from psycopg2.extensions import connection as Psycopg2Connection
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.orm import Session

from chassis.db.faults import DATABASE_ERRORS, first_line
from chassis.logs import get_logger
from chassis.wire import decoded, encoded

PATIENCE_SECONDS = 15.0  # more than any statement may take; two of them are less than the broker waits for a heartbeat
ABANDONED = "-c idle_in_transaction_session_timeout=10s"

log = get_logger(__name__)


def driver_url(url: str) -> URL:
    """A plain postgresql:// address for psycopg2: psycopg 3, SQLAlchemy's default, would hold up every green thread."""
    return make_url(url).set(drivername="postgresql+psycopg2")


class PatientConnection(Psycopg2Connection):
    """A connection that is given up when the database is silent for too long: its other end may be gone unnoticed."""

    patience = PATIENCE_SECONDS


def make_engine(url: str, *, pool_size: int = 20, options: str = "") -> Engine:
    """An engine whose pool has one connection for each request in flight; waits 1 s for one, then TimeoutError.

    Its errors say what went wrong, and hold none of the values that it went wrong with.
    """
    engine = create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=1,
        pool_pre_ping=False,
        pool_recycle=1800,
        hide_parameters=True,
        json_serializer=lambda value: encoded(value).decode(),
        json_deserializer=decoded,
        connect_args={"connect_timeout": 3, "connection_factory": PatientConnection, "options": options},
    )
    event.listen(engine, "handle_error", _shorten)
    return engine


def _shorten(context) -> None:
    original = context.original_exception
    if isinstance(original, Psycopg2Error):
        whole = str(original)
        leave_out_values(original)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = tuple(
                text.replace(whole, str(original)) for text in context.sqlalchemy_exception.args
            )


def leave_out_values(error: Psycopg2Error) -> None:
    """Shorten a database's error to its first line: the others quote the row, and errors are logged."""
    if error.diag.message_primary:
        error.args = (f"{error.pgcode}: {error.diag.message_primary}",)


@contextmanager
def lock_connection(engine: Engine):
    """A connection to hold an advisory lock with, committing each statement by itself.

    It is closed for good when it is left (the pool would keep it open, and the lock with it), and the database closes
    it after 90 s of silence: a holder that is gone unnoticed keeps nobody waiting for ever.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()
        connection.execute(text("SET idle_session_timeout = '90s'"))
        yield connection


class Database(DependencyProvider):
    """`self.session`: the request's SQLAlchemy session. It reads freely; writing goes through `self.open_uow` alone."""

    def __init__(self):
        self.engine: Engine | None = None
        self._open: dict = {}

    def setup(self):
        settings = self.container.config["settings"]
        self.engine = make_engine(
            settings.require("database_url"), pool_size=settings.max_workers + 2, options=ABANDONED
        )
        with self.engine.connect():  # the first call does not wait for it
            pass

    def get_dependency(self, worker_ctx):
        session = self._open[worker_ctx] = Session(self.engine, expire_on_commit=False, autoflush=False)
        return session

    def worker_teardown(self, worker_ctx):
        try:
            self._open.pop(worker_ctx).close()
        except DATABASE_ERRORS as error:  # its connection has ended meanwhile, and what it had begun with it
            log.warning("a session could not be closed", error=first_line(error))

    def stop(self):
        self.engine.dispose()

    def kill(self):
        self.engine.dispose()
