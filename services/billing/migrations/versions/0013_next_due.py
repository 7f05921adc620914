"""The totals of a client have the day on which the first of its running services is due next."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE client_totals ADD COLUMN next_due_on date")
    op.execute(
        "UPDATE client_totals SET next_due_on = due.next FROM (SELECT client_id, min(next_due_date) AS next "
        "FROM subscriptions WHERE status IN ('active', 'suspended') GROUP BY client_id) due "
        "WHERE due.client_id = client_totals.client_id AND due.next IS NOT NULL"
    )
