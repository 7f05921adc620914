"""Search indexes of the clients take what is new by batches: a new client costs a third, and a search reads at most PENDING
of what is not sorted in yet."""

from alembic import op

revision = "0017"
down_revision = "0016"

PENDING = 128  # kB


def upgrade() -> None:
    for index in ("ix_clients_search", "ix_clients_grams"):
        op.execute(f"ALTER INDEX {index} SET (fastupdate = on, gin_pending_list_limit = {PENDING})")
