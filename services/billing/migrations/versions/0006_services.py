"""A batch of suspensions knows how many services it suspended; a domain is found by its name."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the number, counted for batches that are there, and the index."""
    op.execute("ALTER TABLE suspension_batches ADD COLUMN suspended integer NOT NULL DEFAULT 0 CHECK (suspended >= 0)")
    op.execute(
        "UPDATE suspension_batches SET suspended = "
        "(SELECT count(*) FROM subscriptions WHERE suspension_batch_id = suspension_batches.id)"
    )
    op.execute("CREATE INDEX ix_domains_name ON domains (name)")
