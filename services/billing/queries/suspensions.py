"""Suspend All: what it would suspend, what it has suspended, and what of that it still holds."""

import hashlib
import uuid
from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.errors import not_found
from services.billing.models import Subscription, SuspensionBatch
from services.billing.queries.serializers import actor, moment
from services.billing.queries.subscriptions import COUNTS, DUE
from services.billing.rules import service_number

SHOWN = 100  # of a list to confirm; the rest is counted

table, batches = Subscription.__table__, SuspensionBatch.__table__
HELD = (table.c.suspension_batch_id == batches.c.id) & (table.c.status == "suspended")
COLUMNS = (table.c.id, table.c.number, table.c.product, table.c.domain)


def suspendable(client_id: uuid.UUID) -> Select:
    """The subscriptions of a client that Suspend All would suspend, in the order of their list."""
    return select(*COLUMNS).where(table.c.client_id == client_id, table.c.status == "active").order_by(DUE, table.c.id)


def held_by(batch_id: uuid.UUID) -> Select:
    """The subscriptions that a batch holds suspended."""
    return (
        select(*COLUMNS)
        .where(table.c.suspension_batch_id == batch_id, table.c.status == "suspended")
        .order_by(DUE, table.c.id)
    )


def to_list(rows) -> list[dict]:
    """[{id, number, product, domain}]."""
    return [
        {"id": str(row.id), "number": service_number(row.number), "product": row.product, "domain": row.domain}
        for row in rows
    ]


def version_of(ids: Iterable[uuid.UUID]) -> str:
    """What a list of subscriptions is known by: the same for the same ones in any order, another for any others."""
    return hashlib.sha256(" ".join(sorted(map(str, ids))).encode()).hexdigest()


def list_suspendable(session: Session, client_id: uuid.UUID) -> dict:
    """What Suspend All would suspend: {data: the first SHOWN as {id, number, product, domain}, version: of all of them,
    counts: of the client's subscriptions by status}."""
    active = session.execute(suspendable(client_id)).all()
    return {
        "data": to_list(active[:SHOWN]),
        "version": version_of(row.id for row in active),
        "counts": COUNTS.of(session, client_id),
    }


def open_batches(session: Session, client_id: uuid.UUID) -> list[dict]:
    """Those Suspend Alls of a client that still hold one, the newest first."""
    holding = _with_held(client_id).where(batches.c.undone_at.is_(None)).having(func.count(table.c.id) > 0)
    return [
        batch_to_wire(row) for row in session.execute(holding.order_by(batches.c.made_at.desc(), batches.c.id.desc()))
    ]


def get_suspension_batch(session: Session, client_id: uuid.UUID, batch_id: uuid.UUID | None) -> dict:
    """One Suspend All with `services`, the first SHOWN that it still holds. Raises not-found."""
    row = session.execute(_with_held(client_id).where(batches.c.id == batch_id)).first()
    if row is None:
        raise not_found()
    return {**batch_to_wire(row), "services": to_list(session.execute(held_by(row.id).limit(SHOWN)))}


def _with_held(client_id: uuid.UUID) -> Select:
    return (
        select(batches, func.count(table.c.id).label("held"))
        .outerjoin(table, HELD)
        .where(batches.c.client_id == client_id)
        .group_by(batches.c.id)
    )


def batch_to_wire(row) -> dict:
    """A batch's JSON form: `suspended` subscriptions then, `held` of them suspended by it now."""
    return {
        "id": str(row.id),
        "reason": row.reason,
        "actor": actor(row.actor_kind, row.actor_id, row.actor_name),
        "made_at": moment(row.made_at),
        "undone_at": moment(row.undone_at),
        "suspended": row.suspended,
        "held": row.held,
    }
