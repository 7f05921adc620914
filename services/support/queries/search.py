"""Search of tickets over all clients: by number or by the words of the subject, the newest first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.db.searched_text import holds
from chassis.types.search import TICKET, number_in
from chassis.types.text import fold
from services.support.models import Ticket


def search(session: Session, *, q: str, kinds: list[str] | None, limit: int) -> dict:
    """Tickets that `q` finds, `limit` at most; the one of that number comes first."""
    if kinds is not None and "ticket" not in kinds:
        return {"data": []}
    wanted, found = number_in(q), {}
    if wanted and wanted.may_be(TICKET):
        for ticket in session.scalars(select(Ticket).where(Ticket.number == wanted.number)):
            found[ticket.id] = _hit(ticket, "number")
    named = holds(Ticket.searched, fold(q).split())
    if named is not None:
        for ticket in session.scalars(select(Ticket).where(named).order_by(Ticket.id.desc()).limit(limit)):
            found.setdefault(ticket.id, _hit(ticket, "subject"))
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
