"""A whole system of processes for the tests of this folder: services to freeze, stop and stand in for, and its demo
data."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from chassis.db.engine import driver_url
from tests.support.browser.system import System


@pytest.fixture(scope="session")
def house(tmp_path_factory) -> Iterator[System]:
    """The running system: four services and the gateway as processes, one for the whole run; DEMO_CLIENTS gives it
    more."""
    demo = ("--clients", os.environ.get("DEMO_CLIENTS", "120"), "--seed", "7")
    running = System(tmp_path_factory.mktemp("house"), demo)
    try:
        running.up()
        yield running
    finally:
        running.down()


@pytest.fixture
def engines(house) -> Iterator[dict[str, Engine]]:
    """The house's databases as their owners see them."""
    made = {service: create_engine(driver_url(database.owner_url)) for service, database in house.databases.items()}
    yield made
    for engine in made.values():
        engine.dispose()
