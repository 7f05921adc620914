"""What the database itself refuses, and that models and migration agree."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

import services.billing.models as models
from chassis import tables
from chassis.database import Base, driver_url


def test_models_and_migration_describe_the_same_tables(databases):
    ours = {getattr(models, name).__table__.name for name in models.__all__}
    shared = {table.name for table in (tables.streams, tables.outbox, tables.inbox, tables.idempotency_keys)}
    known = MetaData(naming_convention=Base.metadata.naming_convention)
    for name in ours | shared:
        Base.metadata.tables[name].to_metadata(known)
    engine = create_engine(driver_url(databases("billing").owner_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": True,
            "include_name": lambda name, kind, parents: kind != "table" or name in ours})
        differences = [item for item in compare_metadata(context, known)
                       if _table_of(item) in ours and not _is_constraint(item)]
    engine.dispose()
    assert differences == []


def _is_constraint(difference) -> bool:
    """Constraints carry PostgreSQL's own names in the migration; the tests of what is refused speak for them."""
    return difference[0] in ("add_constraint", "remove_constraint")


def _table_of(difference) -> str | None:
    item = difference[0] if isinstance(difference, list) else difference
    if item[0].startswith("modify_") or item[0] in ("add_column", "remove_column"):
        return item[2]
    return getattr(item[1], "name", None) if item[0].endswith("_table") else item[1].table.name
