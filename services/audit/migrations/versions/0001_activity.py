"""The activity log and the ends of its chains.

`entries` is append-only by right and by trigger: the app role may insert and read; nobody may update anything but
`personal`, and there only take values away; nobody may delete or truncate.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from chassis.db.migration_steps import create_chassis_tables
from chassis.db.tables import app_role

revision = "0001"
down_revision = None

MOMENT = sa.TIMESTAMP(timezone=True)

KEEP_ENTRY = """
CREATE FUNCTION keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept entries;
BEGIN
  kept := NEW;
  kept.personal := OLD.personal;
  IF kept::text IS DISTINCT FROM OLD::text OR EXISTS (
       SELECT FROM jsonb_each(coalesce(NEW.personal, '{}')) AS part
       WHERE coalesce(OLD.personal, '{}') -> part.key IS DISTINCT FROM part.value) THEN
    RAISE EXCEPTION 'entries is append-only; only personal values may be taken away' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    create_chassis_tables("audit")
    op.create_table(
        "entries",
        sa.Column("chain", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("event_id", pg.UUID(as_uuid=True), nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text),
        sa.Column("acting_as", sa.Text),
        sa.Column("entity_type", sa.Text, nullable=False),
        sa.Column("entity_id", sa.Text),
        sa.Column("cause", sa.Text),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("personal", pg.JSONB),
        sa.Column("prev", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("seq > 0", name="seq_positive"),
        sa.CheckConstraint("octet_length(prev) = 32 AND octet_length(hash) = 32", name="sha256"),
    )
    op.create_index("ix_entries_chain_occurred_at", "entries", ["chain", "occurred_at"])
    op.create_index("ix_entries_chain_category_seq", "entries", ["chain", "category", "seq"])
    op.create_table(
        "chain_heads",
        sa.Column("chain", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    _protect()


def _protect() -> None:
    role = app_role("audit")
    op.execute(KEEP_ENTRY)
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON entries FROM {role}")
    op.execute(f"REVOKE DELETE, TRUNCATE ON chain_heads FROM {role}")
    op.execute("CREATE TRIGGER entries_keep BEFORE UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION keep_entry()")
    op.execute(
        "CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
