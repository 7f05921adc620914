"""Work of this service that goes on in the background: bulk jobs, imports, mails."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.events.event import rfc3339
from services.clients.models import BulkJob, ClientImport, Mail

MOST = 10_000
OPEN = {
    "Bulk jobs": (BulkJob.started_at, BulkJob.status != "done"),
    "Imports of clients": (ClientImport.started_at, ClientImport.status == "running"),
    "Mails": (Mail.created_at, Mail.ended_at.is_(None)),
}


def work_under_way(session: Session) -> list[dict]:
    """How much of each kind is open, MOST at most, and since when the oldest of it is."""
    return [_work(session, name, *kind) for name, kind in OPEN.items()]


def _work(session: Session, name: str, begun: InstrumentedAttribute[datetime], is_open) -> dict:
    waiting = select(begun.label("begun")).where(is_open).limit(MOST).subquery()
    number, since = session.execute(select(func.count(), func.min(waiting.c.begun)).select_from(waiting)).one()
    return {"name": name, "open": number, "since": since and rfc3339(since)}
