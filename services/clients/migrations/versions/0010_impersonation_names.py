"""Impersonations (Login as Client): the table and what belongs to it take the name that code, events and docs use."""

from alembic import op

revision = "0010"
down_revision = "0009"

CONSTRAINTS = (
    "pk_{}",
    "uq_{}_handoff_hash",
    "uq_{}_token_hash",
    "fk_{}_staff_id_staff_accounts",
    "fk_{}_staff_session_id_sessions",
    "fk_{}_token_id_api_tokens",
    "fk_{}_client_id_clients",
    "fk_{}_contact_id_contacts",
)
INDEXES = ("uq_{}_running", "ix_identity_{}_staff_id", "ix_identity_{}_client_id")


def upgrade() -> None:
    op.execute("ALTER TABLE identity.visits RENAME TO impersonations")
    for name in CONSTRAINTS:
        old, new = name.format("visits"), name.format("impersonations")
        op.execute(f"ALTER TABLE identity.impersonations RENAME CONSTRAINT {old} TO {new}")
    for name in INDEXES:
        old, new = name.format("visits"), name.format("impersonations")
        op.execute(f"ALTER INDEX identity.{old} RENAME TO {new}")
