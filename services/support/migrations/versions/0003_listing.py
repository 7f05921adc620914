"""Tickets of all clients are read in their orders, by status too."""

from chassis.db.indexes import create_indexes

revision = "0003"
down_revision = "0002"

ACTIVE_AT = "COALESCE(last_reply_at, opened_at)"


def upgrade() -> None:
    create_indexes(
        f"ix_tickets_active ON tickets ({ACTIVE_AT}, id)",
        f"ix_tickets_status_active ON tickets (status, {ACTIVE_AT}, id)",
        "ix_tickets_assigned_to_id ON tickets (assigned_to_id) WHERE assigned_to_id IS NOT NULL",
    )
