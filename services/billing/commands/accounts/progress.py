"""Progress of billing's events: whoever keeps copies of its totals is told how far they are published."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from services.billing.clients_rpc_client import Clients

# The last that was published is not the highest id: an event of a longer transaction is published after later ones. It is
# among those of the highest ids, since what waits is published by batches in their order.
LAST_PUBLISHED = """
    SELECT event_id FROM (
      SELECT id, event_id, published_at FROM outbox WHERE published_at IS NOT NULL ORDER BY id DESC LIMIT 1000) newest
    ORDER BY published_at DESC, id DESC LIMIT 1"""

_PUBLISHED = text(f"""
    WITH waiting AS (SELECT recorded_at FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 1)
    SELECT coalesce((SELECT recorded_at FROM waiting), statement_timestamp()) AS at, ({LAST_PUBLISHED}) AS event_id
""")


def progress_step(session: Session, clients: Clients) -> bool:
    """Tell the clients service how far the events are published; returns False, for there is nothing more to do.

    While it does not answer nothing is told, and its list says how old the totals are.
    """
    published = session.execute(_PUBLISHED).one()
    session.rollback()
    try:
        clients.totals_published(published.at, published.event_id)
    except ServiceProblem as problem:
        if problem.code not in ("unavailable", "outcome-unknown"):
            raise
    return False
