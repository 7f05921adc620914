"""What filters of the client list look up: who made a client, its country, the text of a custom field's value, and since when
something is due."""

from alembic import op

revision = "0019"
down_revision = "0018"

COLUMN = """
ALTER TABLE clients ADD COLUMN created_by uuid;
UPDATE clients SET created_by = CAST(made.body -> 'actor' ->> 'id' AS uuid)
FROM outbox made
WHERE made.stream = CAST(clients.id AS text) AND made.type IN ('client.created.v1', 'client.imported.v1')
  AND made.body -> 'actor' ->> 'kind' = 'staff';
"""
INDEXES = """
CREATE INDEX ix_clients_created_by ON clients (created_by);
CREATE INDEX ix_clients_country ON clients (country);
CREATE INDEX ix_billing_totals_oldest_due ON billing_totals (oldest_due_on);
CREATE INDEX ix_custom_field_values_value
  ON custom_field_values (field_id, (left(value #>> '{}', 100) COLLATE "C"));
DROP INDEX ix_custom_field_values_field_id;
"""


def upgrade() -> None:
    op.execute(COLUMN)
    op.execute(INDEXES)
