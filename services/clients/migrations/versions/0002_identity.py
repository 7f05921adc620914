"""Staff accounts, sessions, API tokens, one-time links, failed sign-ins."""

from alembic import op

revision = "0002"
down_revision = "0001"

STAFF = """
CREATE TABLE identity.staff_accounts (
  id uuid CONSTRAINT pk_staff_accounts PRIMARY KEY,
  login_id uuid NOT NULL CONSTRAINT uq_staff_accounts_login_id UNIQUE
    CONSTRAINT fk_staff_accounts_login_id_logins REFERENCES identity.logins,
  name text NOT NULL,
  role text NOT NULL
    CONSTRAINT ck_staff_accounts_role CHECK (role IN ('super_admin', 'admin', 'support', 'billing')),
  permissions jsonb NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now());
"""

SESSIONS = """
CREATE TABLE identity.sessions (
  id uuid CONSTRAINT pk_sessions PRIMARY KEY,
  token_hash text NOT NULL CONSTRAINT uq_sessions_token_hash UNIQUE,
  staff_id uuid NOT NULL CONSTRAINT fk_sessions_staff_id_staff_accounts REFERENCES identity.staff_accounts,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_cause text,
  ip text,
  user_agent text NOT NULL DEFAULT '');
CREATE INDEX ix_identity_sessions_staff_id ON identity.sessions (staff_id);
CREATE TABLE identity.api_tokens (
  id uuid CONSTRAINT pk_api_tokens PRIMARY KEY,
  token_hash text NOT NULL CONSTRAINT uq_api_tokens_token_hash UNIQUE,
  staff_id uuid NOT NULL CONSTRAINT fk_api_tokens_staff_id_staff_accounts REFERENCES identity.staff_accounts,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at timestamptz);
CREATE INDEX ix_identity_api_tokens_staff_id ON identity.api_tokens (staff_id);
CREATE TABLE identity.login_links (
  code_hash text CONSTRAINT pk_login_links PRIMARY KEY,
  staff_id uuid NOT NULL CONSTRAINT fk_login_links_staff_id_staff_accounts REFERENCES identity.staff_accounts,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz);
CREATE TABLE identity.sign_in_attempts (
  bucket text CONSTRAINT pk_sign_in_attempts PRIMARY KEY,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL);
"""


def upgrade() -> None:
    op.execute(STAFF)
    op.execute(SESSIONS)
