"""The tables that every service's database has besides its own: streams, outbox, inbox, idempotency keys, processes."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.db.base import Base
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


def app_role(service: str) -> str:
    """The database role that a service runs as."""
    return f"{service}_app"
