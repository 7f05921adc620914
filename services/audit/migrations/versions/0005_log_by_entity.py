"""The entries of a client about one thing, such as a service, by an index."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_entries_chain_entity_id_seq", "entries", ["chain", "entity_id", "seq"])
