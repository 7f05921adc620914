"""Import: its files as they came, until it begins, so that they can be read again in another way."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE import_file_parts (
          import_id uuid CONSTRAINT fk_import_file_parts_import_id_client_imports REFERENCES client_imports,
          kind text,
          position integer,
          content bytea NOT NULL,
          CONSTRAINT pk_import_file_parts PRIMARY KEY (import_id, kind, position))""")
