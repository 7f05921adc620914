"""A whole system of processes for the tests of this folder: services to freeze, stop and replace by a fake, and its demo
data."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from chassis.db.engine import driver_url
from tests.support.browser.system import System


@pytest.fixture(scope="session")
def system(tmp_path_factory) -> Iterator[System]:
    """The running system: five services and the gateway as processes, one for the whole run; DEMO_CLIENTS gives it
    more."""
    demo = ("--clients", os.environ.get("DEMO_CLIENTS", "120"), "--seed", "7")
    running = System(tmp_path_factory.mktemp("system"), demo)
    try:
        running.up()
        yield running
    finally:
        running.down()


@pytest.fixture
def engines(system) -> Iterator[dict[str, Engine]]:
    """The system's databases as their owners see them."""
    made = {service: create_engine(driver_url(database.owner_url)) for service, database in system.databases.items()}
    yield made
    for engine in made.values():
        engine.dispose()
