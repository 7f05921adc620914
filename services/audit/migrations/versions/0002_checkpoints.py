"""What of each chain stands in a checkpoint, and the orders in which the log of all clients is read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("chain_heads", sa.Column("checkpointed_seq", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index(
        "ix_chain_heads_moved", "chain_heads", ["chain"], postgresql_where=sa.text("seq > checkpointed_seq")
    )
    op.create_index("ix_entries_occurred_at", "entries", ["occurred_at", "event_id"])
    op.create_index("ix_entries_category_occurred_at", "entries", ["category", "occurred_at", "event_id"])
    op.create_index("ix_entries_actor_id_occurred_at", "entries", ["actor_id", "occurred_at", "event_id"])
