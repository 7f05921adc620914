"""Payments say how much of them became credit, applied credit how much of it went back; both are append-only but for
that."""

from alembic import op

from chassis.db.migration_steps import append_only

revision = "0005"
down_revision = "0004"

# Everything of a row that stands for ever; what may move is named beside it.
FIXED = {
    "payments": (
        "id, client_id, invoice_id, currency, amount_minor, credited_minor, paid_on, gateway, reference, "
        "actor_kind, actor_id, actor_name, created_at"
    ),
    "credit_applications": "id, client_id, invoice_id, credit_entry_id, amount_minor, created_at",
}
MOVES = {"payments": "refunded_minor", "credit_applications": "returned_minor"}

# An invoice is paid too much once, by the payment that paid it: the last one.
BACKFILL = """
UPDATE payments SET credited_minor = over.amount
FROM (SELECT sum(e.amount_minor) AS amount,
             (SELECT p.id FROM payments p WHERE p.invoice_id = e.invoice_id ORDER BY p.created_at DESC, p.id DESC LIMIT 1) AS id
      FROM credit_entries e WHERE e.kind = 'overpayment' AND e.invoice_id IS NOT NULL GROUP BY e.invoice_id) over
WHERE payments.id = over.id AND over.amount <= payments.amount_minor - payments.refunded_minor
"""


def upgrade() -> None:
    """Add the columns, fill them from what the ledger tells, then close the tables."""
    op.execute(
        "ALTER TABLE payments ADD COLUMN credited_minor bigint NOT NULL DEFAULT 0 CHECK (credited_minor >= 0), "
        "ADD CONSTRAINT ck_payments_spent_once CHECK (credited_minor + refunded_minor <= amount_minor)"
    )
    op.execute(
        "ALTER TABLE credit_applications ADD COLUMN returned_minor bigint NOT NULL DEFAULT 0 "
        "CHECK (returned_minor BETWEEN 0 AND amount_minor)"
    )
    op.execute(BACKFILL)
    for table, fixed in FIXED.items():
        append_only(table, "billing", updatable=(MOVES[table],))
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {fixed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute("CREATE INDEX ix_invoices_unpaid_due_date ON invoices (due_date) WHERE status = 'unpaid'")
