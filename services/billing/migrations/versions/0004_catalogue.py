"""A product has its tax rate; how many active services it has is read from an index."""

from alembic import op

revision = "0004"
down_revision = "0001"


def upgrade() -> None:
    """Add the rate (0 for what is there) and the index."""
    op.execute(
        "ALTER TABLE products ADD COLUMN tax_rate numeric(6,3) NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 100)"
    )
    op.execute("CREATE INDEX ix_subscriptions_active_by_product ON subscriptions (product_id) WHERE status = 'active'")
