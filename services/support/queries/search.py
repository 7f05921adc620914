"""Search of tickets over all clients: by number or by the words of the subject, the newest first."""

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from chassis.types.search import number_in
from services.support.models import Ticket

SUBJECT = literal_column("lower(tickets.subject)")


def search(session: Session, *, q: str, kinds: list[str] | None, limit: int) -> dict:
    """Tickets that `q` finds, `limit` at most; the one of that number comes first."""
    if kinds is not None and "ticket" not in kinds:
        return {"data": []}
    wanted = number_in(q)
    numbered = [select(Ticket).where(Ticket.number == wanted.number)] if wanted and not wanted.prefix else []
    named = select(Ticket).where(*(SUBJECT.contains(word, autoescape=True) for word in q.lower().split()))
    found = {}
    for statement in (*numbered, named.order_by(Ticket.id.desc()).limit(limit)):
        for ticket in session.scalars(statement):
            found.setdefault(ticket.id, _hit(ticket, "number" if statement in numbered else "subject"))
    return {"data": list(found.values())[:limit]}


def _hit(ticket: Ticket, matched: str) -> dict:
    return {
        "kind": "ticket",
        "id": str(ticket.id),
        "client_id": str(ticket.client_id),
        "title": f"#{ticket.number} {ticket.subject}",
        "subtitle": ticket.status,
        "matched": matched,
    }
