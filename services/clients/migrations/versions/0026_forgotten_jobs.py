"""Bulk jobs whose undo was forgotten, so that no start of another reads their rows again."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("ALTER TABLE bulk_jobs ADD COLUMN forgotten boolean NOT NULL DEFAULT false")
