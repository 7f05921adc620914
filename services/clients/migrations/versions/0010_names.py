"""Impersonations (Login as Client) and pending sign-ins: the tables and what belongs to them take the names that code,
events and docs use."""

from alembic import op

revision = "0010"
down_revision = "0009"

CONSTRAINTS = {
    "impersonations": (
        "pk_{}",
        "uq_{}_handoff_hash",
        "uq_{}_token_hash",
        "fk_{}_staff_id_staff_accounts",
        "fk_{}_staff_session_id_sessions",
        "fk_{}_token_id_api_tokens",
        "fk_{}_client_id_clients",
        "fk_{}_contact_id_contacts",
    ),
    "pending_sign_ins": ("pk_{}",),
}
INDEXES = {
    "impersonations": ("uq_{}_running", "ix_identity_{}_staff_id", "ix_identity_{}_client_id"),
    "pending_sign_ins": ("ix_identity_{}_owner_id",),
}


def upgrade() -> None:
    for old, new in (("visits", "impersonations"), ("sign_in_steps", "pending_sign_ins")):
        op.execute(f"ALTER TABLE identity.{old} RENAME TO {new}")
        for name in CONSTRAINTS[new]:
            op.execute(f"ALTER TABLE identity.{new} RENAME CONSTRAINT {name.format(old)} TO {name.format(new)}")
        for name in INDEXES[new]:
            op.execute(f"ALTER INDEX identity.{name.format(old)} RENAME TO {name.format(new)}")
