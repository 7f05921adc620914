"""What is owed has a due date, imported invoices too: two weeks after their issue where their file had none, so that they
become overdue like the others."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Give each its day, and the totals of its client the oldest."""
    op.execute(
        "UPDATE invoices SET due_date = issue_date + 14, version = version + 1 "
        "WHERE status IN ('unpaid', 'overdue') AND due_date IS NULL"
    )
    op.execute(
        "UPDATE client_totals SET oldest_due_on = owed.oldest FROM (SELECT client_id, min(due_date) AS oldest "
        "FROM invoices WHERE status IN ('unpaid', 'overdue') GROUP BY client_id) owed "
        "WHERE owed.client_id = client_totals.client_id AND oldest_due_on IS DISTINCT FROM owed.oldest"
    )
