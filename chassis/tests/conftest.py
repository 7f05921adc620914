"""A database with the chassis' tables and those of the sample service."""

import os

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.db.migration_steps import create_chassis_tables, create_process_table
from chassis.testing.faulty_network import Network
from chassis.testing.plugin import ServiceDatabase, wait_until
from tests.support.chassis.sample_service import Applied, Counter, SampleService


@pytest.fixture(scope="session")
def sample_database():
    """The sample service's database, made once for the run."""
    database = ServiceDatabase("sample", f"test_sample_{os.getpid()}")
    database.create()
    engine = create_engine(driver_url(database.owner_url))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        connection.execute(text("CREATE TABLE alembic_version (version_num text)"))
        create_chassis_tables("sample")
        create_process_table()
        Counter.__table__.create(connection)
        Applied.__table__.create(connection)
    engine.dispose()
    yield database
    database.drop()


@pytest.fixture
def sample_session(sample_database):
    """A session as the sample service's app role, on empty tables."""
    sample_database.empty()
    with Session(sample_database.engine(), expire_on_commit=False, autoflush=False) as session:
        yield session


@pytest.fixture
def network():
    """A network to lay links through. Ask for it before a service that uses them: that one has to be stopped first."""
    made = Network()
    yield made
    made.close()


@pytest.fixture
def sample(run_service, sample_database, sample_session):
    """The sample service, its listener at work."""
    container = run_service(SampleService, sample_database.app_url, issuer="support")
    listener = next(entrypoint for entrypoint in container.entrypoints if hasattr(entrypoint, "consuming"))
    wait_until(lambda: listener.consuming, "the listener to consume")
    return container
