"""Visits of staff to the portal end with the token that started them, and with the last page that is left."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE identity.visits
          ADD COLUMN token_id uuid CONSTRAINT fk_visits_token_id_api_tokens REFERENCES identity.api_tokens,
          ADD COLUMN open_pages text[] NOT NULL DEFAULT '{}',
          ADD COLUMN left_at timestamptz;
    """)
