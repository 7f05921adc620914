"""Invoices of one day stand in the order of their numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NAME = "ix_invoices_client_id_issue_date"
ISSUED = sa.text("COALESCE(issue_date, '9999-12-31'::date)")
NUMBERED = sa.text("COALESCE(number, 9223372036854775807)")


def upgrade() -> None:
    op.drop_index(NAME, "invoices")
    op.create_index(NAME, "invoices", ["client_id", ISSUED, NUMBERED, "id"])
