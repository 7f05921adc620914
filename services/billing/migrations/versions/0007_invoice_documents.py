"""An issued invoice keeps its buyer and its seller. What was issued before gets them by a job, marked by its date: they
stand in the clients service, which a migration cannot ask."""

from alembic import op

from chassis.db.migration_steps import append_only

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create both tables, which nobody changes."""
    op.execute(
        """
        CREATE TABLE sellers (
          id uuid PRIMARY KEY, content jsonb NOT NULL, first_used_at timestamptz NOT NULL DEFAULT now())
        """
    )
    op.execute(
        """
        CREATE TABLE invoice_documents (
          invoice_id uuid PRIMARY KEY REFERENCES invoices (id),
          origin text NOT NULL CHECK (origin IN ('published', 'imported', 'recorded_later')),
          buyer jsonb NOT NULL, seller_id uuid REFERENCES sellers (id), taken_at timestamptz NOT NULL DEFAULT now())
        """
    )
    for table in ("sellers", "invoice_documents"):
        append_only(table, "billing")
