"""Delivery queries: the log of an endpoint, and one delivery with its attempts."""

import uuid
from datetime import datetime

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session

from chassis.db.paging import Order, fetch_page, page_of
from chassis.errors import not_found
from chassis.events.event import rfc3339
from services.webhooks import rules
from services.webhooks.models import Attempt, Delivery, Endpoint, Event, Lane
from services.webhooks.queries.endpoints import counts, require

ATTEMPTS = 50
NEWEST_FIRST = Order(
    "deliveries", [Delivery.created_at, Delivery.id], [datetime.fromisoformat, uuid.UUID], descending=True
)
_LAST_STATUS = (
    select(func.coalesce(cast(Attempt.status, Text), Attempt.error))
    .where(Attempt.delivery_id == Delivery.id)
    .order_by(Attempt.began_at.desc())
    .limit(1)
    .scalar_subquery()
)


def _deliveries() -> Select:
    return (
        select(
            Delivery.id,
            Delivery.event_id,
            Event.type,
            Delivery.stream,
            Delivery.status,
            Delivery.tries,
            Delivery.created_at,
            Delivery.ended_at,
            _LAST_STATUS.label("last_answer"),
            Lane.due_at,
        )
        .join(Event, Event.id == Delivery.event_id)
        .outerjoin(Lane, (Lane.endpoint_id == Delivery.endpoint_id) & (Lane.stream == Delivery.stream))
    )


def deliveries(session: Session, endpoint_id: uuid.UUID, *, status: str | None, **page) -> dict:
    """A page of an endpoint's deliveries, of one `status` or all, the newest first; `counts` has all by status."""
    require(session, endpoint_id)
    found = counts(session, endpoint_id)
    wanted = _deliveries().where(Delivery.endpoint_id == endpoint_id)
    if status is not None:
        wanted = wanted.where(Delivery.status == status)
    rows, cursors = fetch_page(session, wanted, NEWEST_FIRST, dump=lambda rows: [_dumped(row) for row in rows], **page)
    total = sum(found.values()) if status is None else found[status]
    return {**page_of(rows, cursors, total=total), "counts": found}


def delivery(session: Session, endpoint_id: uuid.UUID, delivery_id: uuid.UUID, *, personal: bool) -> dict:
    """A delivery with its request's body, cut, and its last ATTEMPTS attempts, the newest first. Personal values of the
    body are for who may export them."""
    row = session.execute(
        _deliveries()
        .add_columns(Event.body, Event.personal, Endpoint.personal.label("with_personal"))
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Delivery.id == delivery_id, Delivery.endpoint_id == endpoint_id, Endpoint.deleted_at.is_(None))
    ).first()
    if row is None:
        raise not_found()
    attempts = session.scalars(
        select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.began_at.desc()).limit(ATTEMPTS)
    )
    shown = row.personal if row.with_personal and personal else None
    return {
        **_dumped(row),
        "request_body": rules.cut(rules.body_of(row.body, shown)),
        "attempts": [_attempt(one) for one in attempts],
    }


def _dumped(row) -> dict:
    waits = row.status == "waiting" and row.due_at
    return {
        **{name: str(getattr(row, name)) for name in ("id", "event_id")},
        **{name: getattr(row, name) for name in ("type", "stream", "status", "tries", "last_answer")},
        "created_at": rfc3339(row.created_at),
        "ended_at": row.ended_at and rfc3339(row.ended_at),
        "due_at": rfc3339(row.due_at) if waits else None,
    }


def _attempt(row: Attempt) -> dict:
    names = ("milliseconds", "url", "request_headers", "status", "error", "headers", "body")
    return {"id": str(row.id), "began_at": rfc3339(row.began_at), **{name: getattr(row, name) for name in names}}
