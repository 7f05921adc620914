"""The tables that every service's database has besides its own: streams, outbox, inbox, idempotency keys, processes."""

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, Table, Text, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.db.base import Base
from chassis.db.indexes import create_indexes, create_partitioned_index
from chassis.db.retention import FUNCTIONS

streams = Table(
    "streams",
    Base.metadata,
    Column("stream", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
)

outbox = Table(
    "outbox",
    Base.metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("recorded_at", DateTime(timezone=True), primary_key=True, server_default=func.clock_timestamp()),
    Column("event_id", UUID(as_uuid=True), nullable=False),
    Column("type", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("personal", JSONB),
    Column("published_at", DateTime(timezone=True)),
    Column("position", BigInteger, server_default=text("nextval('outbox_position')")),
    Index("ix_outbox_unpublished", "id", postgresql_where=text("published_at IS NULL")),
    Index("ix_outbox_position", "position", postgresql_where=text("published_at IS NOT NULL")),
    Index("ix_outbox_stream", "stream", "sequence"),
    postgresql_partition_by="RANGE (recorded_at)",
)

inbox = Table(
    "inbox",
    Base.metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", UUID(as_uuid=True), primary_key=True),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

idempotency_keys = Table(
    "idempotency_keys",
    Base.metadata,
    Column("principal", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("answer", JSONB),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_idempotency_keys_created_at", "created_at"),
)

processes = Table(
    "processes",
    Base.metadata,
    Column("instance", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("migration", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("state", JSONB, nullable=False),
)

_PARTITIONS = """
CREATE OR REPLACE FUNCTION ensure_outbox_partitions() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE month date; part regclass;
BEGIN
  FOR month IN SELECT generate_series(date_trunc('month', now()), now() + interval '3 months', interval '1 month')::date LOOP
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF outbox FOR VALUES FROM (%L) TO (%L)',
                   'outbox_' || to_char(month, 'YYYY_MM'), month::timestamp AT TIME ZONE 'UTC',
                   (month + interval '1 month') AT TIME ZONE 'UTC');
  END LOOP;
  FOR part IN SELECT relid FROM pg_partition_tree('outbox') WHERE isleaf
      AND has_table_privilege({role!r}, relid, 'SELECT, INSERT, UPDATE, DELETE') LOOP
    EXECUTE format('REVOKE ALL ON %s FROM {role}', part);
  END LOOP;
END $$
"""

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


def close_chassis_tables(connection, service: str) -> None:
    """Renew, after each migration, what the chassis itself closes; once it is closed nothing changes.

    The app role reaches the parts of the outbox by the outbox alone: as tables of their own they would come with the
    default rights. And it forgets no stream's place, and what was asked under a key only when it is old.
    """
    role = app_role(service)
    for statement in (
        _PARTITIONS.format(role=role),
        "SELECT ensure_outbox_partitions()",
        f"REVOKE DELETE ON streams, idempotency_keys FROM {role}",
        *FUNCTIONS,
    ):
        connection.execute(text(statement))


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


def app_role(service: str) -> str:
    """The database role that a service runs as."""
    return f"{service}_app"
