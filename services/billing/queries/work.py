"""Work of this service that goes on in the background: imports of invoices."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.events.event import rfc3339
from services.billing.models import InvoiceImport


def work_under_way(session: Session) -> list[dict]:
    """How many imports run, and since when the oldest of them does."""
    begun = func.min(InvoiceImport.started_at)
    number, since = session.execute(select(func.count(), begun).where(InvoiceImport.status == "running")).one()
    return [{"name": "Imports of invoices", "open": number, "since": since and rfc3339(since)}]
