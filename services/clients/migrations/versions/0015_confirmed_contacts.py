"""Contacts that staff made or changed wait for an owner's confirmation; and mails are counted by recipient and client."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE contacts
          ADD COLUMN confirmation_asked_at timestamptz,
          ADD COLUMN staff_change text,
          ADD COLUMN staff_change_by text,
          ADD COLUMN staff_change_at timestamptz
    """)
    op.execute("CREATE INDEX ix_mails_recipient ON mails (lower(recipient), created_at)")
    op.execute("CREATE INDEX ix_mails_client ON mails (client_id, created_at)")
