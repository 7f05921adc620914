"""A client's subscriptions, "Services" on screen: those that run first, the next due before the rest."""

import uuid
from datetime import date
from functools import partial

from sqlalchemy import Date, Text, any_, bindparam, case, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, page_of
from chassis.db.paging import Order as PageOrder
from chassis.db.tables import outbox
from chassis.errors import not_found
from services.billing.models import Invoice, Order, OrderItem, Subscription
from services.billing.queries.counts import CountByStatus, of_status, total_of
from services.billing.queries.serializers import actor, day, moment, money
from services.billing.rules import SUBSCRIPTION_STATUSES, invoice_number, order_number, service_number

table = Subscription.__table__
placed, items, issued = Order.__table__, OrderItem.__table__, Invoice.__table__
STOPPED = {
    status: f"subscription.{status}.v1" for status in ("suspended", "cancelled", "terminated")
}  # the status and the event that tells of it
RANK = case({status: rank for rank, status in enumerate(SUBSCRIPTION_STATUSES)}, value=table.c.status)
DUE = func.coalesce(table.c.next_due_date, literal(date.max, Date))
ORDER = PageOrder("services", [RANK, DUE, table.c.id], [int, date.fromisoformat, uuid.UUID])

SUBSCRIPTIONS = select(table).where(table.c.client_id == bindparam("client_id"))
COUNTS = CountByStatus(table, SUBSCRIPTION_STATUSES)
_PAGE = CompiledPage(SUBSCRIPTIONS.where(of_status(table)), ORDER)
_ONE = CompiledSelect(SUBSCRIPTIONS.where(table.c.id == bindparam("subscription_id")))
_FIRST = CompiledSelect(SUBSCRIPTIONS.order_by(*ORDER.columns).limit(bindparam("count")))
_ENTITY = outbox.c.body[("facts", "entity", "id")].astext
_STOPS = CompiledSelect(
    select(_ENTITY.label("id"), outbox.c.body, outbox.c.personal, outbox.c.recorded_at)
    .where(
        outbox.c.stream == bindparam("stream"),
        outbox.c.type.in_(STOPPED.values()),
        any_(bindparam("ids", type_=ARRAY(Text))) == _ENTITY,
    )
    .order_by(outbox.c.sequence)
)


def list_subscriptions(session: Session, client_id: uuid.UUID, status: str | None, **page) -> dict:
    """A page of a client's subscriptions, with `counts` by status. One that does not run any more has `stopped`: {at, by,
    reason}, as it was published; None for one that runs, and for one that was imported so."""
    dump = partial(_with_stops, session, client_id)
    rows, cursors = _PAGE.fetch(session, client_id=client_id, status=status, **page, dump=dump)
    counts = COUNTS.of(session, client_id)
    return {**page_of(rows, cursors, total=total_of(counts, status)), "counts": counts}


def _with_stops(session: Session, client_id: uuid.UUID, rows) -> list[dict]:
    found = subscriptions_to_wire(rows)
    stops = _stops(session, client_id, [one["id"] for one in found if one["status"] in STOPPED])
    return [{**one, "stopped": stops.get(one["id"])} for one in found]


def _stops(session: Session, client_id: uuid.UUID, ids: list[str]) -> dict[str, dict]:
    """Who stopped each of `ids` last, when and why: out of the outbox, which keeps what was published."""
    if not ids:
        return {}
    return {
        row.id: {
            "at": moment(row.recorded_at),
            "by": actor(
                row.body["actor"]["kind"],
                row.body["actor"]["id"],
                (row.personal or {}).get("actor_name", {}).get("value"),
            ),
            "reason": row.body["facts"]["reason"],
        }
        for row in _STOPS.all(session, stream=str(client_id), ids=ids)
    }


def get_subscription(
    session: Session, client_id: uuid.UUID, subscription_id: uuid.UUID | None, *, orders: bool, invoices: bool
) -> dict:
    """One subscription of a client, with what stopped it, the `order` that brought it and the `invoices` that billed it:
    None for who may not view these. Raises not-found."""
    row = _ONE.first(session, client_id=client_id, subscription_id=subscription_id)
    if row is None:
        raise not_found()
    found = _with_stops(session, client_id, [row])[0]
    return {
        **found,
        "order": _order_of(session, row.id) if orders else None,
        "invoices": _invoices_of(session, row.id) if invoices else None,
    }


def _order_of(session: Session, subscription_id: uuid.UUID) -> dict | None:
    wanted = select(placed.c.id, placed.c.number, placed.c.status).join(items, items.c.order_id == placed.c.id)
    row = session.execute(wanted.where(items.c.subscription_id == subscription_id)).first()
    return row and {"id": str(row.id), "number": order_number(row.number), "status": row.status}


def _invoices_of(session: Session, subscription_id: uuid.UUID) -> list[dict]:
    """The invoices with a line for a subscription, newest first; `amount` is that line's, without tax."""
    wanted = (
        select(issued, items.c.price_minor.label("amount_minor"))
        .join(placed, placed.c.invoice_id == issued.c.id)
        .join(items, items.c.order_id == placed.c.id)
        .where(items.c.subscription_id == subscription_id)
        .order_by(issued.c.issue_date.desc(), issued.c.id.desc())
    )
    return [
        {
            "id": str(row.id),
            "number": invoice_number(row.number),
            "status": row.status,
            "issue_date": day(row.issue_date),
            "amount": money(row.amount_minor, row.currency),
        }
        for row in session.execute(wanted)
    ]


def first_subscriptions(session: Session, client_id: uuid.UUID, count: int) -> list[dict]:
    """The first few of that list."""
    return subscriptions_to_wire(_FIRST.all(session, client_id=client_id, count=count))


def subscriptions_to_wire(rows) -> list[dict]:
    """Subscriptions' JSON forms."""
    return [subscription_to_wire(row) for row in rows]


def subscription_to_wire(row) -> dict:
    """A subscription's JSON form."""
    return {
        "id": str(row.id),
        "number": service_number(row.number),
        "product": row.product,
        "domain": row.domain,
        "billing_cycle": row.billing_cycle,
        "price": money(row.price_minor, row.currency),
        "status": row.status,
        "next_due_date": day(row.next_due_date),
        "created_at": moment(row.created_at),
        "suspended_reason": row.suspended_reason,
    }
