"""A backup of real data, restored into databases that are new: the same rows, rights and proofs."""

import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from chassis.db.engine import driver_url
from chassis.testing.plugin import ServiceDatabase
from deploy.services import SERVICES
from tests.support.seeded_databases import Loaded
from tools.dev import backups
from tools.dev.paths import CHECKOUT, Paths
from tools.ops import reconcile

LAST_POSITION = "SELECT last_value FROM outbox_position"
FROZEN = {
    "billing": "UPDATE credit_entries SET amount_minor = 1",
    "clients": "DELETE FROM notes",
    "audit": "DELETE FROM entries",
}


def system_of(databases: dict) -> SimpleNamespace:
    """What a backup asks of a system: its databases by their owners."""
    return SimpleNamespace(databases={service: {"owner": one.owner_url} for service, one in databases.items()})


@pytest.fixture
def loaded(databases):
    """A few clients with their history."""
    system = Loaded(databases)
    system.empty()
    assert system.load("--clients", "12", "--seed", "7").code == 0
    yield system
    system.close()


@pytest.fixture
def fresh():
    """New, empty databases, one a service."""
    made = {service: ServiceDatabase(service, f"restored_{service}_{uuid.uuid4().hex[:8]}") for service in SERVICES}
    for one in made.values():
        one.create()
    yield made
    for one in made.values():
        one.drop()


def test_a_restored_system_is_the_one_that_was_backed_up(loaded, fresh, tmp_path):
    here, there = Paths(CHECKOUT, tmp_path / "here"), Paths(CHECKOUT, tmp_path / "there")
    for paths in (here, there):
        paths.local.mkdir()
    backups.write(here, system_of(loaded.databases), tmp_path / "kept.tar")
    backups.unpack(there, tmp_path / "kept.tar")
    assert backups.load(there, system_of(fresh))
    restored = Loaded(fresh.__getitem__)
    try:
        assert restored.digests() == loaded.digests()
        assert (
            list(
                reconcile.findings(
                    {service: create_engine(driver_url(one.owner_url)) for service, one in fresh.items()}
                )
            )
            == []
        )
        positions = {service: restored.one(service, LAST_POSITION) for service in SERVICES}
        backups.begin_epoch(system_of(fresh))
        for service in SERVICES:
            assert restored.one(service, "SELECT last_value FROM epoch") > 1
            assert restored.one(service, LAST_POSITION) > positions[service] + 10**6
        for service, statement in FROZEN.items():
            with create_engine(driver_url(fresh[service].app_url)).connect() as connection, pytest.raises(DBAPIError):
                connection.execute(text(statement))
    finally:
        for engine in restored.engines.values():
            engine.dispose()
