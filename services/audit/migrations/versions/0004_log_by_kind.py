"""The log of all clients by the kind of who acted; heads of chains that are written over in place.

`moved` says that a head is behind no checkpoint yet. The index of those that have moved goes by it, so that a head which
moves on is no news to any index: PostgreSQL writes it over within its page (HOT), for which a tenth of each page is left
free.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_entries_actor_kind_occurred_at", "entries", ["actor_kind", "occurred_at", "event_id"])
    op.drop_index("ix_chain_heads_moved", "chain_heads")
    op.add_column(
        "chain_heads",
        sa.Column("moved", sa.Boolean, sa.Computed("seq > checkpointed_seq", persisted=True), nullable=False),
    )
    op.create_index("ix_chain_heads_moved", "chain_heads", ["chain"], postgresql_where=sa.text("moved"))
    op.execute(
        "ALTER TABLE chain_heads SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, "
        "autovacuum_vacuum_threshold = 1000)"
    )
