"""What is over its retention is found by an index; so is what an impersonation depends on, where that is deleted."""

from chassis.db.indexes import create_indexes
from chassis.db.migration_steps import find_old_keys

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    find_old_keys()
    create_indexes(
        "ix_identity_sessions_expires_at ON identity.sessions (expires_at)",
        "ix_identity_portal_sessions_expires_at ON identity.portal_sessions (expires_at)",
        "ix_identity_impersonations_expires_at ON identity.impersonations (expires_at)",
        "ix_identity_impersonations_staff_session_id ON identity.impersonations (staff_session_id)",
        "ix_identity_pending_sign_ins_expires_at ON identity.pending_sign_ins (expires_at)",
        "ix_identity_portal_links_expires_at ON identity.portal_links (expires_at)",
        "ix_identity_invitations_expires_at ON identity.invitations (expires_at)",
        "ix_identity_sign_in_attempts_last_at ON identity.sign_in_attempts (last_at)",
        "ix_mails_ended_at ON mails (ended_at)",
    )
