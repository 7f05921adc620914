"""Search over all clients: parts of subjects are looked up."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE INDEX ix_tickets_search ON tickets USING gin (lower(subject) gin_trgm_ops)")
