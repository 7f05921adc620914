"""A note may be put on the record's head after it was written."""

from alembic import op

from chassis.db.tables import app_role

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute(f"GRANT UPDATE (sticky) ON notes TO {app_role('clients')}")
