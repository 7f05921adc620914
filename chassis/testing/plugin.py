"""Fixtures for tests on real engines: a database for each service, a virtual host, keys, callers and running
containers.

`./dev test` starts the engines and names them in COMMERCE_TEST_POSTGRES_URL (a superuser), COMMERCE_TEST_AMQP_URI and
COMMERCE_TEST_RABBIT_API (the management API).
"""

import os
import time
import uuid
from contextlib import contextmanager
from functools import cached_property
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import settings
from kombu import Connection
from nameko.containers import ServiceContainer
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from chassis import rate_limits
from chassis.bus import connection
from chassis.context import Caller
from chassis.db.encryption import rotate
from chassis.db.engine import driver_url, make_engine
from chassis.db.migrations import migrate
from chassis.events import listener
from chassis.process import jobs
from chassis.process.runtime import container_config
from chassis.rpc import server
from chassis.rpc.client import Calls, CallsProvider
from chassis.settings import Settings
from chassis.signing_keys import generate_keys
from chassis.testing.engines import ISSUERS, engine_address
from chassis.testing.virtual_host import declare_service, virtual_host

# `pytest --hypothesis-profile long` thinks longer; a machine of states takes a part of max_examples.
settings.register_profile("ci", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile("ci")
server.CHECK_RESPONSES = True
# A container of a test ends at once; a process of its own may take as long as its polling is rare.
connection.DRAIN_INTERVAL = jobs.STOP_SECONDS = listener.RECEIVE_SECONDS = 0.02


def wait_until(condition, describe: str, *, seconds: float = 10.0, interval: float = 0.02):
    """The first truthy value of `condition()`; fails naming what was waited for when `seconds` pass without one."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:g} s in vain for: {describe}", pytrace=False)
        time.sleep(interval)


TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE tablename <> 'alembic_version' AND schemaname NOT IN ('pg_catalog', 'information_schema')"""
WRITTEN = "SELECT '{}' WHERE EXISTS (SELECT FROM {})"
# A transaction that was rolled back leaves no row, but counts on all the same.
COUNTED = """
SELECT refobjid::regclass::text FROM pg_sequence JOIN pg_depend ON objid = seqrelid
WHERE classid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND pg_sequence_last_value(seqrelid) IS NOT NULL"""


class ServiceDatabase:
    """A database made for a test run, with an owner role and the app role of its service."""

    def __init__(self, service: str, database: str):
        self.service = service
        root = urlsplit(engine_address("COMMERCE_TEST_POSTGRES_URL"))
        address = f"{root.hostname}:{root.port}"
        self.root_url = urlunsplit(root)
        self.owner_url = f"postgresql://{service}_owner:test@{address}/{database}"
        self.app_url = f"postgresql://{service}_app:test@{address}/{database}"
        self.superuser_url = urlunsplit(root._replace(path=f"/{database}"))
        self.name = database

    def create(self) -> None:
        """Make the roles (once a cluster) and the database, owned by the owner role."""
        with self._as_superuser() as connection:
            connection.execute(text("SELECT pg_advisory_lock(4711)"))
            for role in (f"{self.service}_owner", f"{self.service}_app"):
                if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
                    connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'test'"))
            connection.execute(text(f'CREATE DATABASE "{self.name}" OWNER {self.service}_owner'))
            connection.execute(text(f'REVOKE CONNECT ON DATABASE "{self.name}" FROM PUBLIC'))
            connection.execute(text(f'GRANT CONNECT ON DATABASE "{self.name}" TO {self.service}_app'))
            connection.execute(text("SELECT pg_advisory_unlock(4711)"))

    def drop(self) -> None:
        """Remove the database, whoever is still connected."""
        self._emptier.dispose()
        self._app.dispose()
        with self._as_superuser() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'))

    @contextmanager
    def _as_superuser(self):
        engine = create_engine(driver_url(self.root_url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def empty(self) -> None:
        """Forget all rows but Alembic's, triggers set aside: each test begins with nothing.

        Only what was written to is emptied: to truncate makes new files, whether or not there is a row. In the order of
        the names, so that a partitioned table is locked before its parts, as a relay at work does. A job that reads
        several tables meanwhile may hold them in another order: it is the one that gives up then, and steps again.
        """
        with self._emptier.begin() as connection:
            names = connection.scalars(text(TABLES)).all()
            written = connection.scalars(text(" UNION ALL ".join(map(WRITTEN.format, names, names)))).all()
            used = connection.scalars(text(COUNTED)).all()
            if chosen := sorted({*written, *used}):
                connection.execute(text(f"TRUNCATE {', '.join(chosen)} RESTART IDENTITY CASCADE"))

    def engine(self) -> Engine:
        """An engine as the app role, to listen to by itself; the tests share its connections, which know the tables."""
        return self._app.execution_options()

    @cached_property
    def _app(self) -> Engine:
        return make_engine(self.app_url, pool_size=5)

    @cached_property
    def _emptier(self) -> Engine:
        """The one connection that empties it; it lasts until the database is dropped."""
        settings = "-c deadlock_timeout=30s -c session_replication_role=replica"
        return create_engine(driver_url(self.superuser_url), pool_size=1, connect_args={"options": settings})


@contextmanager
def migrated_databases(prefix: str):
    """Lends a function: the migrated database of a service, made on first use; all are dropped when the block ends."""
    made: dict[str, ServiceDatabase] = {}

    def database(service: str) -> ServiceDatabase:
        if service not in made:
            made[service] = ServiceDatabase(service, f"{prefix}_{service}_{os.getpid()}")
            made[service].create()
            migrate(service, made[service].owner_url)
        return made[service]

    try:
        yield database
    finally:
        for one in made.values():
            one.drop()


@pytest.fixture(scope="session")
def databases():
    """`databases("clients")`: the database of a service that tests share; most empty it before they begin."""
    with migrated_databases("test") as database:
        yield database


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory):
    """A folder with the signing keys of all issuers, and a keyring of column encryption."""
    directory = tmp_path_factory.mktemp("keys")
    generate_keys(directory, ISSUERS)
    rotate(directory / "encryption.keys")
    return directory


def confirming(uri: str) -> Connection:
    """A connection whose producers wait for the broker's confirms: a quorum queue may lose what was sent without
    waiting when the channel closes at once (seen with 4 of 40 connections that sent 100 messages each)."""
    return Connection(uri, transport_options={"confirm_publish": True})


@pytest.fixture
def default_limits(monkeypatch):
    """The rate limits as their table has them, whatever a running system of the tests allows."""
    monkeypatch.setattr(rate_limits, "_most", {})


@pytest.fixture
def amqp_uri():
    """A virtual host of its own for one test."""
    with virtual_host() as uri:
        yield uri


@pytest.fixture
def make_caller():
    """`make_caller(**fields)`: a verified super_admin with a minute to live and a fresh request id."""

    def make(**given) -> Caller:
        fields = {
            "kind": "staff",
            "id": "0192f0c1-2345-7abc-8def-0123456789ab",
            "name": "Ada Staff",
            "permissions": ("*",),
            "request_id": str(uuid.uuid4()),
            "ip": "192.0.2.7",
            "deadline": time.time() + 60,
        }
        return Caller(**{**fields, **given})

    return make


@pytest.fixture
def session_of(databases):
    """`session_of("clients")`: a session as the service's app role on an empty database; closed after the test."""
    opened = []

    def session(service: str) -> Session:
        database = databases(service)
        database.empty()
        opened.append(Session(database.engine(), expire_on_commit=False, autoflush=False))
        return opened[-1]

    yield session
    for one in opened:
        one.close()


@pytest.fixture
def run_service(amqp_uri, keys_dir):
    """`run_service(ServiceClass, database_url)`: a started container on this test's virtual host; stopped after it."""
    running = []

    def start(
        service_class, database_url: str | None = None, issuer: str | None = None, **settings
    ) -> ServiceContainer:
        config = container_config(
            Settings(
                **{
                    "amqp_uri": amqp_uri,
                    "database_url": database_url,
                    "trusted_keys_dir": keys_dir,
                    "signing_key_file": keys_dir / f"{issuer or service_class.name}.key",
                    "encryption_keys_file": keys_dir / "encryption.keys",
                    **settings,
                }
            )
        )
        declare_service(amqp_uri, service_class)
        container = ServiceContainer(service_class, config)
        container.start()
        running.append(container)
        return container

    yield start
    for container in running:
        container.stop()


class Front:
    """Stands for the gateway: signs contexts and calls."""

    name = "front"
    calls = CallsProvider()


@pytest.fixture
def calls(run_service) -> Calls:
    """A caller of services on this test's virtual host, signing as the gateway."""
    return calls_of(run_service(Front, issuer="gateway"))


def calls_of(container: ServiceContainer) -> Calls:
    """The calls of a running Front."""
    return next(iter(container.dependencies)).get_dependency(None)
