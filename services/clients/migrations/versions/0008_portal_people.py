"""Second factors of contacts, links that are mailed to them, and mail on its way out.

A second factor belongs to a staff account or to a contacts' login, so its `owner_id` refers to neither table.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

OWNERS = """
ALTER TABLE identity.second_factors DROP CONSTRAINT fk_second_factors_staff_id_staff_accounts;
ALTER TABLE identity.backup_codes DROP CONSTRAINT fk_backup_codes_staff_id_staff_accounts;
ALTER TABLE identity.sign_in_steps DROP CONSTRAINT fk_sign_in_steps_staff_id_staff_accounts;
ALTER TABLE identity.second_factors RENAME COLUMN staff_id TO owner_id;
ALTER TABLE identity.backup_codes RENAME COLUMN staff_id TO owner_id;
ALTER TABLE identity.sign_in_steps RENAME COLUMN staff_id TO owner_id;
ALTER INDEX identity.ix_identity_backup_codes_staff_id RENAME TO ix_identity_backup_codes_owner_id;
ALTER INDEX identity.ix_identity_sign_in_steps_staff_id RENAME TO ix_identity_sign_in_steps_owner_id;
"""

LINKS = """
CREATE TABLE identity.portal_links (
  code_hash text CONSTRAINT pk_portal_links PRIMARY KEY,
  kind text NOT NULL CONSTRAINT ck_portal_links_kind CHECK (kind IN ('password', 'email')),
  login_id uuid NOT NULL CONSTRAINT fk_portal_links_login_id_logins REFERENCES identity.logins,
  email text,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz);
CREATE UNIQUE INDEX uq_portal_links_open ON identity.portal_links (login_id, kind) WHERE ended_at IS NULL;
CREATE INDEX ix_identity_portal_links_login_id ON identity.portal_links (login_id);
"""

MAILS = """
CREATE TABLE mails (
  id uuid CONSTRAINT pk_mails PRIMARY KEY,
  kind text NOT NULL,
  client_id uuid,
  recipient text NOT NULL,
  data jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  tries integer NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL DEFAULT now(),
  last_error text,
  ended_at timestamptz,
  outcome text CONSTRAINT ck_mails_outcome CHECK (outcome IN ('sent', 'given_up')));
CREATE INDEX ix_mails_waiting ON mails (next_try_at, id) WHERE ended_at IS NULL;
"""


def upgrade() -> None:
    for statements in (OWNERS, LINKS, MAILS):
        op.execute(statements)
