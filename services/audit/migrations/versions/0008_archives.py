"""Entries may be deleted that lie in an archive, and no others."""

from alembic import op

from chassis.db.tables import app_role

revision = "0008"
down_revision = "0007"

TABLE = """
CREATE TABLE chain_archives (
  chain text CONSTRAINT pk_chain_archives PRIMARY KEY,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  sequences jsonb NOT NULL,
  name text NOT NULL,
  archived_at timestamptz NOT NULL DEFAULT now())
"""
KEEP = """
CREATE FUNCTION keep_what_is_in_no_archive() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM chain_archives WHERE chain = OLD.chain AND seq >= OLD.seq) THEN
    RAISE EXCEPTION 'entries is append-only but for what lies in an archive' USING ERRCODE = '42501';
  END IF;
  RETURN OLD;
END $$
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON chain_archives FROM {app_role('audit')}")
    op.execute(KEEP)
    op.execute(
        "CREATE OR REPLACE TRIGGER entries_no_delete BEFORE DELETE ON entries "
        "FOR EACH ROW EXECUTE FUNCTION keep_what_is_in_no_archive()"
    )
