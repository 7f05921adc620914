"""Saved views, and how each staff member keeps a list, of each list over all clients beside the client list."""

from alembic import op

revision = "0025"
down_revision = "0024"

COLUMNS = """
ALTER TABLE saved_views ADD COLUMN list text NOT NULL DEFAULT 'clients';
ALTER TABLE list_settings ADD COLUMN list text NOT NULL DEFAULT 'clients';
ALTER TABLE list_settings DROP CONSTRAINT pk_list_settings;
ALTER TABLE list_settings ADD CONSTRAINT pk_list_settings PRIMARY KEY (staff_id, list);
"""


def upgrade() -> None:
    op.execute(COLUMNS)
