"""What is over its retention is found by an index."""

from chassis.db.migration_steps import find_old_keys

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    find_old_keys()
