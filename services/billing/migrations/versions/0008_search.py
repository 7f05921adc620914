"""Search over all clients: parts of domain names, and of what services are called, are looked up."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE INDEX ix_domains_search ON domains USING gin (name gin_trgm_ops)")
    op.execute(
        "CREATE INDEX ix_subscriptions_search ON subscriptions "
        "USING gin (lower(product || ' ' || coalesce(domain, '')) gin_trgm_ops)"
    )
