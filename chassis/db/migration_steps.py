"""Migration steps: what the revisions of every service do to the tables that the chassis brings."""

from alembic import op
from sqlalchemy import func, select, text

from chassis.db.indexes import create_indexes, create_partitioned_index
from chassis.db.tables import app_role, close_chassis_tables, idempotency_keys, inbox, outbox, processes, streams

OUTBOX_POSITION = "CREATE SEQUENCE IF NOT EXISTS outbox_position"
EPOCH = "CREATE SEQUENCE IF NOT EXISTS epoch"  # its last value alone counts: 1, and a greater one after each restore
POSITION_OF_OUTBOX = "ALTER SEQUENCE outbox_position OWNED BY outbox.position"

NUMBER_PART = text("UPDATE outbox SET position = id WHERE id > :after AND id <= :last AND position IS NULL")
NUMBERED_TOGETHER = 10_000

_NOTIFY = """
CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('outbox', ''); RETURN NULL; END $$
"""

_REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501'; END $$
"""


def create_chassis_tables(service: str) -> None:
    """For a service's first migration: the chassis' tables, and the rights of its app role on all tables to come.

    The outbox is partitioned by month; what is older than the first partition lies in `outbox_before`. The app role may
    insert, read, update and delete by default; `append_only` takes the last two away.
    """
    role = app_role(service)
    op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}")
    op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}")
    op.execute(OUTBOX_POSITION)
    op.execute(EPOCH)
    connection = op.get_bind()
    for table in (streams, outbox, inbox, idempotency_keys):
        table.create(connection)
    op.execute(POSITION_OF_OUTBOX)
    op.execute("CREATE TABLE outbox_before PARTITION OF outbox DEFAULT")
    for statement in (_NOTIFY, _REFUSE):
        op.execute(statement)
    close_chassis_tables(connection, service)
    op.execute("CREATE TRIGGER wake_relay AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION wake_relay()")
    op.execute(f"REVOKE UPDATE, DELETE ON outbox, inbox FROM {role}")
    op.execute(f"GRANT UPDATE (published_at, position) ON outbox TO {role}")
    op.execute(f"REVOKE ALL ON alembic_version FROM {role}")


def create_process_table() -> None:
    """For a migration: the table in which the processes of a service say that they are there."""
    processes.create(op.get_bind())


def number_published_events(service: str) -> None:
    """For a migration: give each event of a database from before its position, in the order of the outbox; what the
    relay publishes from now on comes after them. Writers wait for two short changes of the table alone.

    The relay of before has ended by then: it marks without numbering. Begun again it goes on where it stopped.
    """
    op.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")  # a write under way is seen, or gets its id afterwards
    op.execute(OUTBOX_POSITION)
    op.execute(EPOCH)
    op.execute(
        "SELECT setval('outbox_position', max(id)) FROM outbox HAVING max(id) >= (SELECT last_value FROM outbox_position)"
    )
    op.execute("ALTER TABLE outbox ADD COLUMN IF NOT EXISTS position bigint")
    op.execute(POSITION_OF_OUTBOX)
    op.execute("ALTER TABLE outbox ALTER COLUMN position SET DEFAULT nextval('outbox_position')")
    op.execute(f"GRANT UPDATE (position) ON outbox TO {app_role(service)}")
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        first, last = connection.execute(select(func.min(outbox.c.id), func.max(outbox.c.id))).one()
        for after in range((first or 1) - 1, last or 0, NUMBERED_TOGETHER):
            connection.execute(NUMBER_PART, {"after": after, "last": after + NUMBERED_TOGETHER})
    create_partitioned_index("ix_outbox_position", "outbox", "position", "published_at IS NOT NULL")


def find_old_keys() -> None:
    """For a migration: the index by which idempotency keys are found that are over their retention."""
    create_indexes("ix_idempotency_keys_created_at ON idempotency_keys (created_at)")


def append_only(table: str, service: str, *, updatable: tuple[str, ...] = ()) -> None:
    """For a migration: refuse UPDATE (but of `updatable` columns), DELETE and TRUNCATE on `table`, by right and by
    trigger."""
    role = app_role(service)
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
    if updatable:
        op.execute(f"GRANT UPDATE ({', '.join(updatable)}) ON {table} TO {role}")
    else:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
