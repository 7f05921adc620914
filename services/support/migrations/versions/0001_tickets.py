"""Departments, tickets and replies.

`replies` is append-only by right and by trigger: the app role may insert and read; an erasure, by the owner, may take
away what is personal and nothing else.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from chassis.db.migration_steps import create_chassis_tables
from chassis.db.tables import app_role
from chassis.types.ids import new_id

revision = "0001"
down_revision = None

ID = pg.UUID(as_uuid=True)
MOMENT = sa.TIMESTAMP(timezone=True)
NOW = sa.text("now()")

KEEP_REPLY = """
CREATE FUNCTION keep_reply() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept replies;
BEGIN
  kept := NEW;
  kept.body := OLD.body;
  kept.author_name := OLD.author_name;
  IF kept IS DISTINCT FROM OLD OR coalesce(NEW.body <> OLD.body, NEW.body IS NOT NULL)
     OR coalesce(NEW.author_name <> OLD.author_name, NEW.author_name IS NOT NULL) THEN
    RAISE EXCEPTION 'replies is append-only; only what is personal may be taken away' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    create_chassis_tables("support")
    op.execute("CREATE SEQUENCE ticket_numbers")
    departments = op.create_table(
        "departments",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    op.bulk_insert(departments, [{"id": new_id(), "name": name} for name in ("Support", "Billing", "Sales")])
    _create_tickets()
    _create_replies()


def _create_tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", ID, primary_key=True),
        sa.Column("client_id", ID, nullable=False),
        sa.Column(
            "number", sa.BigInteger, nullable=False, unique=True, server_default=sa.text("nextval('ticket_numbers')")
        ),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False, server_default="open"),
        sa.Column("priority", sa.Text, nullable=False, server_default="medium"),
        sa.Column("department_id", ID, sa.ForeignKey("departments.id")),
        sa.Column("assigned_to_id", ID),
        sa.Column("assigned_to_name", sa.Text),
        sa.Column("opened_at", MOMENT, nullable=False, server_default=NOW),
        sa.Column("last_reply_at", MOMENT),
        sa.Column("last_reply_by_kind", sa.Text),
        sa.Column("last_reply_by_name", sa.Text),
        sa.CheckConstraint(
            "status IN ('open', 'answered', 'customer_reply', 'in_progress', 'on_hold', 'closed')", name="status_known"
        ),
        sa.CheckConstraint("priority IN ('low', 'medium', 'high', 'urgent')", name="priority_known"),
        sa.CheckConstraint("last_reply_by_kind IN ('staff', 'contact', 'system')", name="last_reply_by_kind_known"),
    )
    op.create_index(
        "ix_tickets_client_active", "tickets", ["client_id", sa.text("coalesce(last_reply_at, opened_at)"), "id"]
    )


def _create_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("id", ID, primary_key=True),
        sa.Column("ticket_id", ID, sa.ForeignKey("tickets.id"), nullable=False),
        sa.Column("author_kind", sa.Text, nullable=False),
        sa.Column("author_id", sa.Text),
        sa.Column("author_name", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("internal", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("created_at", MOMENT, nullable=False, server_default=NOW),
        sa.CheckConstraint("author_kind IN ('staff', 'contact', 'system')", name="author_kind_known"),
    )
    op.create_index("ix_replies_ticket_id_created_at_id", "replies", ["ticket_id", "created_at", "id"])
    op.execute(KEEP_REPLY)
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON replies FROM {app_role('support')}")
    op.execute("CREATE TRIGGER replies_keep BEFORE UPDATE ON replies FOR EACH ROW EXECUTE FUNCTION keep_reply()")
    op.execute(
        "CREATE TRIGGER replies_no_delete BEFORE DELETE ON replies FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER replies_no_truncate BEFORE TRUNCATE ON replies "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
