"""Saved views of the client list, how each staff member keeps that list, and its exports."""

from alembic import op

revision = "0023"
down_revision = "0022"

TABLES = """
CREATE TABLE saved_views (
  id uuid CONSTRAINT pk_saved_views PRIMARY KEY,
  owner_id uuid NOT NULL,
  name text NOT NULL,
  filter text NOT NULL DEFAULT '',
  q text NOT NULL DEFAULT '',
  sort text NOT NULL DEFAULT 'name',
  columns jsonb NOT NULL DEFAULT '[]',
  density text NOT NULL DEFAULT ''
    CONSTRAINT ck_saved_views_density CHECK (density IN ('', 'two_lines', 'compact')),
  shared boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ix_saved_views_owner ON saved_views (owner_id);
CREATE INDEX ix_saved_views_shared ON saved_views (id) WHERE shared;
CREATE TABLE list_settings (
  staff_id uuid CONSTRAINT pk_list_settings PRIMARY KEY,
  columns jsonb NOT NULL DEFAULT '[]',
  widths jsonb NOT NULL DEFAULT '{}',
  density text NOT NULL DEFAULT 'two_lines'
    CONSTRAINT ck_list_settings_density CHECK (density IN ('two_lines', 'compact')),
  pinned jsonb,
  default_view uuid);
CREATE TABLE client_exports (
  id uuid CONSTRAINT pk_client_exports PRIMARY KEY,
  staff_id uuid NOT NULL,
  format text NOT NULL,
  query jsonb NOT NULL,
  columns jsonb NOT NULL,
  total integer NOT NULL,
  exact boolean NOT NULL,
  rows integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz);
"""


def upgrade() -> None:
    op.execute(TABLES)
