"""Contacts that are removed, and invitations to the portal.

A removed contact keeps its row: sign-ins, tickets and the log go on naming it. Invitations hold hashes of their links
alone.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

INVITATIONS = """
CREATE TABLE identity.invitations (
  code_hash text CONSTRAINT pk_invitations PRIMARY KEY,
  contact_id uuid NOT NULL CONSTRAINT fk_invitations_contact_id_contacts REFERENCES contacts,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  ended_at timestamptz);
CREATE UNIQUE INDEX uq_invitations_open ON identity.invitations (contact_id) WHERE used_at IS NULL AND ended_at IS NULL;
"""


def upgrade() -> None:
    op.execute("ALTER TABLE contacts ADD COLUMN removed_at timestamptz")
    op.execute(INVITATIONS)
