"""Sessions of the portal, visits of staff to it, and one-time links that lead there."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
CREATE TABLE identity.portal_sessions (
  id uuid CONSTRAINT pk_portal_sessions PRIMARY KEY,
  token_hash text NOT NULL CONSTRAINT uq_portal_sessions_token_hash UNIQUE,
  login_id uuid NOT NULL CONSTRAINT fk_portal_sessions_login_id_logins REFERENCES identity.logins,
  contact_id uuid CONSTRAINT fk_portal_sessions_contact_id_contacts REFERENCES contacts,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_cause text,
  ip text,
  user_agent text NOT NULL DEFAULT '');
CREATE INDEX ix_identity_portal_sessions_login_id ON identity.portal_sessions (login_id);
CREATE INDEX ix_identity_portal_sessions_contact_id ON identity.portal_sessions (contact_id);
CREATE TABLE identity.visits (
  id uuid CONSTRAINT pk_visits PRIMARY KEY,
  staff_id uuid NOT NULL CONSTRAINT fk_visits_staff_id_staff_accounts REFERENCES identity.staff_accounts,
  staff_session_id uuid CONSTRAINT fk_visits_staff_session_id_sessions REFERENCES identity.sessions,
  client_id uuid NOT NULL CONSTRAINT fk_visits_client_id_clients REFERENCES clients,
  contact_id uuid NOT NULL CONSTRAINT fk_visits_contact_id_contacts REFERENCES contacts,
  reason text NOT NULL,
  handoff_hash text NOT NULL CONSTRAINT uq_visits_handoff_hash UNIQUE,
  handoff_expires_at timestamptz NOT NULL,
  agent_hash text,
  token_hash text CONSTRAINT uq_visits_token_hash UNIQUE,
  started_at timestamptz NOT NULL DEFAULT now(),
  entered_at timestamptz,
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_cause text);
CREATE UNIQUE INDEX uq_visits_running ON identity.visits (staff_id) WHERE ended_at IS NULL;
CREATE INDEX ix_identity_visits_staff_id ON identity.visits (staff_id);
CREATE INDEX ix_identity_visits_client_id ON identity.visits (client_id);
"""

LINKS = """
ALTER TABLE identity.login_links ALTER COLUMN staff_id DROP NOT NULL,
  ADD COLUMN login_id uuid CONSTRAINT fk_login_links_login_id_logins REFERENCES identity.logins,
  ADD CONSTRAINT ck_login_links_whose CHECK (num_nonnulls(staff_id, login_id) = 1);
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(LINKS)
