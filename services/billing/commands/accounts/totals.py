"""Totals of a client, recomputed from its rows in the transaction that changed one of them."""

import uuid

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis.errors import field_problem
from chassis.events.unit_of_work import UnitOfWork
from chassis.types.money import MAX_MINOR
from services.billing.models import ClientTotals
from services.billing.queries.serializers import amount_text
from services.billing.queries.totals import totals_to_wire

totals = ClientTotals.__table__

# Runs under the locks of the clients' streams, so that nothing it counts changes meanwhile.
_RECOMPUTE = text("""
INSERT INTO client_totals (client_id, currency, services, active_services, suspended_services, pending_services,
                           invoices, orders, domains, outstanding_minor, overdue_minor, oldest_due_on, credit_minor,
                           next_due_on)
SELECT account.client_id, account.currency, service.every, service.active, service.suspended, service.pending,
       (SELECT count(*) FROM invoices WHERE client_id = account.client_id),
       (SELECT count(*) FROM orders WHERE client_id = account.client_id),
       (SELECT count(*) FROM domains WHERE client_id = account.client_id),
       owed.outstanding, owed.overdue, owed.oldest_due_on,
       COALESCE((SELECT balance_after_minor FROM credit_entries WHERE client_id = account.client_id
                 ORDER BY seq DESC LIMIT 1), 0),
       service.next_due_on
FROM billing_accounts account
CROSS JOIN LATERAL (
  SELECT count(*) AS every, count(*) FILTER (WHERE status = 'active') AS active,
         count(*) FILTER (WHERE status = 'suspended') AS suspended, count(*) FILTER (WHERE status = 'pending') AS pending,
         min(next_due_date) FILTER (WHERE status IN ('active', 'suspended')) AS next_due_on
  FROM subscriptions WHERE client_id = account.client_id) service
CROSS JOIN LATERAL (
  SELECT COALESCE(sum(due), 0) AS outstanding, COALESCE(sum(due) FILTER (WHERE status = 'overdue'), 0) AS overdue,
         min(due_date) AS oldest_due_on
  FROM (SELECT status, due_date, total_minor - credit_applied_minor - paid_minor AS due
        FROM invoices WHERE client_id = account.client_id AND status IN ('unpaid', 'overdue')) open_invoice) owed
WHERE account.client_id = ANY(CAST(:client_ids AS uuid[]))
ON CONFLICT (client_id) DO UPDATE SET (currency, services, active_services, suspended_services, pending_services,
                                       invoices, orders, domains, outstanding_minor, overdue_minor, oldest_due_on, credit_minor,
                                       next_due_on)
  = (excluded.currency, excluded.services, excluded.active_services, excluded.suspended_services, excluded.pending_services,
     excluded.invoices, excluded.orders, excluded.domains, excluded.outstanding_minor, excluded.overdue_minor,
     excluded.oldest_due_on, excluded.credit_minor, excluded.next_due_on)
RETURNING *
""")


def require_room(uow: UnitOfWork, client_id: uuid.UUID, currency: str, more: int, pointer: str) -> None:
    """Raise 422 at `pointer` when a client that comes to owe `more` would owe more than an amount can be."""
    owed = uow.session.scalar(select(totals.c.outstanding_minor).where(totals.c.client_id == client_id)) or 0
    if owed + more > MAX_MINOR:
        raise field_problem(
            pointer,
            f"The client owes {amount_text(owed, currency)} already, and not more than "
            f"{amount_text(MAX_MINOR, currency)} can be owed.",
        )


def refresh_totals(session: Session, client_id: uuid.UUID) -> dict:
    """Recompute a client's totals from its rows; the caller holds the client's stream and has flushed its
    changes.

    Returns what the event of the change carries as `facts.totals`.
    """
    return refresh_totals_of(session, [client_id])[client_id]


def refresh_totals_of(session: Session, client_ids: list[uuid.UUID]) -> dict[uuid.UUID, dict]:
    """The same of several clients, by their ids, in one statement; the caller holds the streams of all."""
    rows = session.execute(_RECOMPUTE, {"client_ids": client_ids})
    return {row.client_id: totals_to_wire(row) for row in rows}
