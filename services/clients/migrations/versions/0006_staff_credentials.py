"""Second factors, half sessions of the second step, links that set a password; tokens that end and may do less."""

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE identity.second_factors (
  staff_id uuid CONSTRAINT pk_second_factors PRIMARY KEY
    CONSTRAINT fk_second_factors_staff_id_staff_accounts REFERENCES identity.staff_accounts,
  secret text,
  since timestamptz,
  last_step bigint NOT NULL DEFAULT 0,
  pending_secret text,
  pending_until timestamptz);
CREATE TABLE identity.backup_codes (
  code_hash text CONSTRAINT pk_backup_codes PRIMARY KEY,
  staff_id uuid NOT NULL CONSTRAINT fk_backup_codes_staff_id_staff_accounts REFERENCES identity.staff_accounts,
  used_at timestamptz);
CREATE INDEX ix_identity_backup_codes_staff_id ON identity.backup_codes (staff_id);
CREATE TABLE identity.sign_in_steps (
  token_hash text CONSTRAINT pk_sign_in_steps PRIMARY KEY,
  staff_id uuid NOT NULL CONSTRAINT fk_sign_in_steps_staff_id_staff_accounts REFERENCES identity.staff_accounts,
  secret text,
  attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz);
CREATE INDEX ix_identity_sign_in_steps_staff_id ON identity.sign_in_steps (staff_id);
CREATE TABLE identity.password_links (
  code_hash text CONSTRAINT pk_password_links PRIMARY KEY,
  staff_id uuid NOT NULL CONSTRAINT fk_password_links_staff_id_staff_accounts REFERENCES identity.staff_accounts,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz);
CREATE INDEX ix_identity_password_links_staff_id ON identity.password_links (staff_id);
"""

COLUMNS = """
ALTER TABLE identity.staff_accounts ADD COLUMN second_factor_required boolean NOT NULL DEFAULT false;
ALTER TABLE identity.api_tokens ADD COLUMN permissions jsonb, ADD COLUMN expires_at timestamptz,
  ADD COLUMN hint text NOT NULL DEFAULT '';
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(COLUMNS)
