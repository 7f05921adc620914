"""What is over its retention is found by an index; imports and their rows are no longer kept for ever."""

from alembic import op

from chassis.db.migration_steps import find_old_keys
from chassis.db.tables import app_role

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute(f"GRANT DELETE ON invoice_imports, invoice_import_rows TO {app_role('billing')}")
    find_old_keys()
