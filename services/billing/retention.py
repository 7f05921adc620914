"""What billing deletes when it is over its retention, by period: imports that have ended or were never begun, after
their rows."""

from sqlalchemy import exists, func, select

from chassis.db.retention import TOO_OLD, rows_where
from services.billing.models import InvoiceImport, InvoiceImportRow

_ENDED = func.coalesce(InvoiceImport.finished_at, InvoiceImport.created_at)
_OLD = (_ENDED < TOO_OLD) & (InvoiceImport.status != "running")

FORGETS = {
    "imports": (
        rows_where(InvoiceImportRow, InvoiceImportRow.import_id.in_(select(InvoiceImport.id).where(_OLD))),
        rows_where(InvoiceImport, _OLD, ~exists().where(InvoiceImportRow.import_id == InvoiceImport.id)),
    )
}
