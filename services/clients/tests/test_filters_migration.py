"""Clients of before the filters: the migration says who made each of them, and nobody waits for it."""

import threading
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, insert, select, text

from chassis.db.engine import driver_url
from chassis.db.tables import outbox
from chassis.testing.plugin import wait_until
from chassis.types.ids import new_id
from services.clients.models import Client

migration = import_module("services.clients.migrations.versions.0019_filters")
BEFORE = (
    "ALTER TABLE clients DROP COLUMN created_by",
    "DROP INDEX ix_clients_country, ix_billing_totals_oldest_due, ix_custom_field_values_value",
    "CREATE INDEX ix_custom_field_values_field_id ON custom_field_values (field_id)",
)
INDEXES = text("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef")
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


@pytest.fixture
def owner(databases, session):
    """An engine of the owner; at last the database has what it had at first."""
    engine = create_engine(driver_url(databases("clients").owner_url))
    with engine.connect() as connection:
        indexes = connection.scalars(INDEXES).all()
    yield engine
    session.rollback()
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalars(INDEXES).all() == indexes
    engine.dispose()


def take_back(engine) -> None:
    with engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))


def waits(engine) -> bool:
    with engine.connect() as connection:
        return connection.scalar(WAITING) > 0


def upgrade(engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        with context.begin_transaction(_per_migration=True), Operations.context(context):
            migration.upgrade()


@pytest.fixture
def make_made(session, make_client):
    """`make_made(type, actor)`: a client with the event of its making, by which alone it is known who made it."""

    def make(type: str, actor: dict):
        client_id = make_client()
        event = {"event_id": new_id(), "type": type, "stream": str(client_id), "sequence": 1}
        session.execute(insert(outbox).values(**event, body={"actor": actor}))
        session.commit()
        return client_id

    return make


def test_each_client_is_given_who_made_it_a_part_at_a_time_and_again_after_an_interruption(
    session, owner, make_client, make_made, monkeypatch
):
    staff = new_id()
    by_staff = {"kind": "staff", "id": str(staff)}
    expected = {
        make_made("client.created.v1", by_staff): staff,
        make_made("client.created.v1", {"kind": "system", "id": None}): None,
        make_made("client.imported.v1", by_staff): staff,
        make_made("client.updated.v1", by_staff): None,
        make_client(): None,
    }
    take_back(owner)
    monkeypatch.setattr(migration, "AT_ONCE", 2)
    with monkeypatch.context() as first:
        first.setattr(migration, "create_indexes", lambda *_definitions: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            upgrade(owner)
    later = make_made("client.created.v1", by_staff)
    upgrade(owner)
    assert dict(session.execute(select(Client.id, Client.created_by)).all()) == expected | {later: staff}


def test_clients_are_read_and_written_while_the_migration_is_at_work(
    session, owner, make_client, make_made, monkeypatch
):
    held, other = make_client(), make_made("client.created.v1", {"kind": "staff", "id": str(new_id())})
    take_back(owner)
    name_makers = migration.name_makers
    with owner.connect() as holder:

        def name_makers_behind_a_writer(connection):
            holder.execute(text("SELECT FROM clients FOR UPDATE"))
            name_makers(connection)

        monkeypatch.setattr(migration, "name_makers", name_makers_behind_a_writer)
        running = threading.Thread(target=upgrade, args=(owner,))
        running.start()
        wait_until(lambda: waits(owner), "the migration to wait for the writer")
        session.execute(text("SET LOCAL statement_timeout = '5s'"))
        assert set(session.scalars(select(Client.id))) == {held, other}
        session.commit()
        session.execute(text("SET LOCAL statement_timeout = '5s'"))
        made = make_client()
        holder.rollback()
        running.join()
    assert session.get(Client, made).created_by is None and session.get(Client, other).created_by is not None
