"""Clients, contacts, groups, tags, notes, custom fields, imports."""

from alembic import op

from chassis.db.migration_steps import append_only, create_chassis_tables

revision = "0001"
down_revision = None

GROUPS_AND_TAGS = """
CREATE TABLE client_groups (
  id uuid CONSTRAINT pk_client_groups PRIMARY KEY,
  name text NOT NULL CONSTRAINT uq_client_groups_name UNIQUE,
  colour text NOT NULL CONSTRAINT ck_client_groups_colour CHECK (colour ~ '^#[0-9a-f]{6}$'),
  description text NOT NULL DEFAULT '',
  discount_percent numeric(5, 2) NOT NULL DEFAULT 0
    CONSTRAINT ck_client_groups_discount CHECK (discount_percent BETWEEN 0 AND 100),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE tags (
  id uuid CONSTRAINT pk_tags PRIMARY KEY,
  name text NOT NULL CONSTRAINT uq_tags_name UNIQUE,
  colour text NOT NULL CONSTRAINT ck_tags_colour CHECK (colour ~ '^#[0-9a-f]{6}$'),
  created_at timestamptz NOT NULL DEFAULT now());
"""

CLIENTS = """
CREATE TABLE clients (
  id uuid CONSTRAINT pk_clients PRIMARY KEY,
  status text NOT NULL CONSTRAINT ck_clients_status CHECK (status IN ('active', 'suspended', 'inactive')),
  joined_at timestamptz NOT NULL DEFAULT now(),
  last_login_at timestamptz,
  group_id uuid CONSTRAINT fk_clients_group_id_client_groups REFERENCES client_groups,
  version integer NOT NULL DEFAULT 1,
  sort_name text COLLATE "und-x-icu" NOT NULL,
  search_text text NOT NULL,
  company text NOT NULL DEFAULT '',
  address1 text NOT NULL DEFAULT '',
  address2 text NOT NULL DEFAULT '',
  city text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT '',
  postcode text NOT NULL DEFAULT '',
  country text NOT NULL DEFAULT '',
  tax_id text NOT NULL DEFAULT '',
  tax_exempt boolean NOT NULL DEFAULT false,
  language text NOT NULL DEFAULT '',
  currency text NOT NULL CONSTRAINT ck_clients_currency CHECK (currency ~ '^[A-Z]{3}$'),
  source text,
  external_id text,
  imported_hash bytea);
CREATE UNIQUE INDEX uq_clients_external_id ON clients (source, external_id) WHERE external_id IS NOT NULL;
CREATE TABLE client_tags (
  client_id uuid CONSTRAINT fk_client_tags_client_id_clients REFERENCES clients,
  tag_id uuid CONSTRAINT fk_client_tags_tag_id_tags REFERENCES tags,
  CONSTRAINT pk_client_tags PRIMARY KEY (client_id, tag_id));
CREATE INDEX ix_client_tags_tag_id ON client_tags (tag_id, client_id);
"""

LOGINS = """
CREATE SCHEMA identity;
GRANT USAGE ON SCHEMA identity TO clients_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA identity GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO clients_app;
CREATE TABLE identity.logins (
  id uuid CONSTRAINT pk_logins PRIMARY KEY,
  kind text NOT NULL CONSTRAINT ck_logins_kind CHECK (kind IN ('staff', 'contact')),
  email text NOT NULL,
  email_key text NOT NULL,
  password_hash text,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT uq_logins_kind UNIQUE (kind, email_key));
"""

CONTACTS = """
CREATE TABLE contacts (
  id uuid CONSTRAINT pk_contacts PRIMARY KEY,
  client_id uuid NOT NULL CONSTRAINT fk_contacts_client_id_clients REFERENCES clients,
  is_primary boolean NOT NULL DEFAULT false,
  first_name text NOT NULL,
  last_name text NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL,
  phone text NOT NULL DEFAULT '',
  phone_e164 text,
  role text NOT NULL CONSTRAINT ck_contacts_role CHECK (role IN ('owner', 'admin', 'billing', 'technical')),
  status text NOT NULL CONSTRAINT ck_contacts_status CHECK (status IN ('active', 'invited', 'inactive')),
  login_id uuid CONSTRAINT fk_contacts_login_id_logins REFERENCES identity.logins,
  last_login_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX uq_contacts_primary ON contacts (client_id) WHERE is_primary;
CREATE INDEX ix_contacts_client_id ON contacts (client_id);
CREATE INDEX ix_contacts_email_key ON contacts (email_key);
CREATE INDEX ix_contacts_login_id ON contacts (login_id) WHERE login_id IS NOT NULL;
"""

NOTES_AND_FIELDS = """
CREATE TABLE notes (
  id uuid CONSTRAINT pk_notes PRIMARY KEY,
  client_id uuid NOT NULL CONSTRAINT fk_notes_client_id_clients REFERENCES clients,
  body text,
  sticky boolean NOT NULL DEFAULT false,
  author_id uuid NOT NULL,
  author_name text,
  supersedes uuid CONSTRAINT uq_notes_supersedes UNIQUE CONSTRAINT fk_notes_supersedes_notes REFERENCES notes,
  created_at timestamptz NOT NULL DEFAULT now(),
  unpinned_at timestamptz);
CREATE INDEX ix_notes_client_id ON notes (client_id, (sticky AND unpinned_at IS NULL), created_at, id);
CREATE TABLE custom_fields (
  id uuid CONSTRAINT pk_custom_fields PRIMARY KEY,
  label text NOT NULL CONSTRAINT uq_custom_fields_label UNIQUE,
  type text NOT NULL CONSTRAINT ck_custom_fields_type CHECK (type IN ('text', 'textarea', 'select', 'checkbox', 'date')),
  options jsonb NOT NULL DEFAULT '[]',
  required boolean NOT NULL DEFAULT false,
  position integer NOT NULL DEFAULT 0,
  visibility text NOT NULL
    CONSTRAINT ck_custom_fields_visibility CHECK (visibility IN ('staff_only', 'client_view', 'client_edit')),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE custom_field_values (
  client_id uuid CONSTRAINT fk_custom_field_values_client_id_clients REFERENCES clients,
  field_id uuid CONSTRAINT fk_custom_field_values_field_id_custom_fields REFERENCES custom_fields,
  value jsonb NOT NULL,
  CONSTRAINT pk_custom_field_values PRIMARY KEY (client_id, field_id));
"""

IMPORTS = """
CREATE TABLE client_imports (
  id uuid CONSTRAINT pk_client_imports PRIMARY KEY,
  source text NOT NULL,
  allow_duplicate_email boolean NOT NULL DEFAULT false,
  file jsonb NOT NULL DEFAULT '{}',
  mapping jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL CONSTRAINT ck_client_imports_status CHECK (status IN ('staged', 'running', 'done')),
  actor jsonb,
  cause text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz);
CREATE INDEX ix_client_imports_running ON client_imports (started_at) WHERE status = 'running';
CREATE TABLE client_import_rows (
  import_id uuid CONSTRAINT fk_client_import_rows_import_id_client_imports REFERENCES client_imports,
  line integer,
  status text NOT NULL
    CONSTRAINT ck_client_import_rows_status CHECK (status IN ('staged', 'imported', 'unchanged', 'failed')),
  values jsonb,
  external_id text,
  client_id uuid,
  fault jsonb,
  warnings jsonb NOT NULL DEFAULT '[]',
  CONSTRAINT pk_client_import_rows PRIMARY KEY (import_id, line));
CREATE INDEX ix_client_import_rows_status ON client_import_rows (import_id, status, line);
"""


def upgrade() -> None:
    create_chassis_tables("clients")
    for statements in (GROUPS_AND_TAGS, CLIENTS, LOGINS, CONTACTS, NOTES_AND_FIELDS, IMPORTS):
        op.execute(statements)
    append_only("notes", "clients", updatable=("unpinned_at",))
