"""The processes of this service say here that they are there."""

from chassis.db.migration_steps import create_process_table

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    create_process_table()
