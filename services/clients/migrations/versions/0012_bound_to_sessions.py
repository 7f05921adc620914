"""The code of Login as Client is bound to the browser of the admin session that started it, not to address and user agent;
and those who forgot a password wait in a queue."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("ALTER TABLE identity.impersonations DROP COLUMN agent_hash, ADD COLUMN browser_hash text")
    op.execute("""
        CREATE TABLE identity.password_requests (
          request_id text CONSTRAINT pk_password_requests PRIMARY KEY,
          email text NOT NULL,
          ip text,
          asked_at timestamptz NOT NULL DEFAULT now())
    """)
