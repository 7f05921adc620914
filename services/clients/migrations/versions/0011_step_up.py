"""When the person of a session last proved who they are, for step-up authentication. Sessions of before have never done so
since."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for table in ("sessions", "portal_sessions"):
        op.execute(f"ALTER TABLE identity.{table} ADD COLUMN authenticated_at timestamptz")
        op.execute(f"UPDATE identity.{table} SET authenticated_at = created_at")
        op.execute(
            f"ALTER TABLE identity.{table} ALTER COLUMN authenticated_at SET NOT NULL, "
            "ALTER COLUMN authenticated_at SET DEFAULT now()"
        )
