"""What is over its retention is found by an index, and the processes of this service say here that they are there."""

from chassis.db.migration_steps import create_process_table, find_old_keys

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    find_old_keys()
    create_process_table()
