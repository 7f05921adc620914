"""What the clients service deletes when it is over its retention, by period.

A session that an impersonation depended on goes after it, a bulk job after the job that undid it and after its rows, and
an import after its rows.
"""

from sqlalchemy import exists, func, select

from chassis.db.retention import TOO_OLD, rows_over, rows_where
from services.clients.models import (
    BulkJob,
    BulkJobRow,
    ClientExport,
    ClientImport,
    ClientImportRow,
    Impersonation,
    ImportFilePart,
    Invitation,
    LoginLink,
    Mail,
    PasswordLink,
    PendingSignIn,
    PortalLink,
    PortalSession,
    SignInAttempts,
    SignInSession,
)

_UNDO = BulkJob.__table__.alias("undo")
_OLD_JOBS = select(BulkJob.id).where(BulkJob.finished_at < TOO_OLD)
_ENDED = func.coalesce(ClientImport.finished_at, ClientImport.created_at)
_OLD_IMPORT = (_ENDED < TOO_OLD) & (ClientImport.status != "running")
_OLD_IMPORTS = select(ClientImport.id).where(_OLD_IMPORT)

FORGETS = {
    "impersonations": (rows_over(Impersonation.expires_at),),
    "sessions": (
        rows_over(SignInSession.expires_at, ~exists().where(Impersonation.staff_session_id == SignInSession.id)),
        rows_over(PortalSession.expires_at),
    ),
    "links": (
        rows_over(Invitation.expires_at),
        rows_over(PortalLink.expires_at),
        rows_over(PasswordLink.expires_at),
        rows_over(LoginLink.expires_at),
        rows_over(PendingSignIn.expires_at),
    ),
    "sign-in-attempts": (rows_over(SignInAttempts.last_at, SignInAttempts.blocked_until < func.now()),),
    "mails": (rows_over(Mail.ended_at),),
    "exports": (rows_over(ClientExport.created_at),),
    "imports": (
        rows_where(ImportFilePart, ImportFilePart.import_id.in_(_OLD_IMPORTS)),
        rows_where(ClientImportRow, ClientImportRow.import_id.in_(_OLD_IMPORTS)),
        rows_where(
            ClientImport,
            _OLD_IMPORT,
            ~exists().where(ClientImportRow.import_id == ClientImport.id),
            ~exists().where(ImportFilePart.import_id == ClientImport.id),
        ),
    ),
    "bulk-jobs": (
        rows_where(BulkJobRow, BulkJobRow.job_id.in_(_OLD_JOBS)),
        rows_over(
            BulkJob.finished_at,
            ~exists().where(BulkJobRow.job_id == BulkJob.id),
            ~exists().where(_UNDO.c.undoes == BulkJob.id),
        ),
    ),
}
