"""What filters of the client list look up: who made a client, its country, the text of a custom field's value, and since when
something is due.

Clients of before are given who made them a part at a time, and each part is a transaction of its own. Begun again it goes on.
"""

from uuid import UUID

from alembic import op
from sqlalchemy import Connection, text

from chassis.db.indexes import create_indexes, drop_index

revision = "0019"
down_revision = "0018"

AT_ONCE = 1000
IDS = text("SELECT id FROM clients WHERE id > :after ORDER BY id LIMIT :at_once")
MADE_BY = text("""
UPDATE clients SET created_by = CAST(made.body -> 'actor' ->> 'id' AS uuid)
FROM outbox made
WHERE clients.id = ANY(:ids) AND created_by IS NULL AND made.stream = CAST(clients.id AS text)
  AND made.type IN ('client.created.v1', 'client.imported.v1') AND made.body -> 'actor' ->> 'kind' = 'staff'
""")


def upgrade() -> None:
    op.execute("ALTER TABLE clients ADD COLUMN IF NOT EXISTS created_by uuid")
    with op.get_context().autocommit_block():
        name_makers(op.get_bind())
    create_indexes(
        "ix_clients_created_by ON clients (created_by)",
        "ix_clients_country ON clients (country)",
        "ix_billing_totals_oldest_due ON billing_totals (oldest_due_on)",
        "ix_custom_field_values_value ON custom_field_values (field_id, (left(value #>> '{}', 100) COLLATE \"C\"))",
    )
    drop_index("ix_custom_field_values_field_id")


def name_makers(connection: Connection) -> None:
    """Write who made each client that does not say so, out of the event of its making."""
    after = UUID(int=0)
    while ids := connection.scalars(IDS, {"after": after, "at_once": AT_ONCE}).all():
        connection.execute(MADE_BY, {"ids": ids})
        after = ids[-1]
