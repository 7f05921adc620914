"""The tables as the migrations make them."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from chassis.db.engine import driver_url
from services.clients.models import Client


def test_the_models_describe_the_migrated_tables(databases):
    """Indexes stand in the migrations alone; chassis and other services' tables are not ours to compare."""

    def ours(thing, name, kind, _reflected, _other):
        table = thing if kind == "table" else getattr(thing, "table", None)
        return (
            kind != "index"
            and table is not None
            and (
                table.schema == "identity"
                or table.name
                in {
                    "clients",
                    "contacts",
                    "client_groups",
                    "tags",
                    "client_tags",
                    "notes",
                    "custom_fields",
                    "custom_field_values",
                    "client_imports",
                    "client_import_rows",
                    "bulk_jobs",
                    "bulk_job_rows",
                    "client_exports",
                    "saved_views",
                    "list_settings",
                }
            )
        )

    engine = create_engine(driver_url(databases("clients").owner_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "include_schemas": True})
        assert compare_metadata(context, Client.metadata) == []
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE clients SET status = 'closed'",
        "UPDATE clients SET currency = 'eur'",
        "UPDATE contacts SET role = 'king'",
        "UPDATE identity.staff_accounts SET role = 'god'",
    ],
)
def test_the_database_refuses_what_no_rule_allows(session, make_client, account, statement):
    make_client()
    with pytest.raises(DBAPIError) as refusal:
        session.execute(text(statement))
    assert refusal.value.orig.pgcode == "23514"


def test_the_app_role_owns_nothing_and_cannot_change_the_tables(session):
    for statement in ("ALTER TABLE notes DISABLE TRIGGER ALL", "DROP TABLE clients", "CREATE TABLE public.x (a int)"):
        with pytest.raises(DBAPIError) as refusal:
            session.execute(text(statement))
        assert refusal.value.orig.pgcode == "42501"
        session.rollback()
