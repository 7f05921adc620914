"""Redelivery: what was delivered, given up or waits for another try is sent again, in its old place of its lane."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.errors import not_found
from chassis.events.event import rfc3339
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.process.jobs import wake_job
from services.webhooks.commands.endpoints import host_of
from services.webhooks.events import WebhookEndpointRedelivered
from services.webhooks.models import Delivery, Endpoint, Lane
from services.webhooks.queries.endpoints import require

MOST_AT_ONCE = 10_000


def redeliver_one(open_uow: UnitOfWorkOpener, *, endpoint_id: UUID, delivery_id: UUID) -> dict:
    """Send a delivery again; answers `{"deliveries": 1}`."""
    with open_uow() as uow:
        endpoint = require(uow.session, endpoint_id)
        wanted = select(Delivery.id).where(Delivery.endpoint_id == endpoint_id, Delivery.id == delivery_id)
        if not _set_waiting(uow.session, endpoint_id, wanted):
            raise not_found()
        return _answer(uow, endpoint, 1, delivery_id=str(delivery_id))


def redeliver_since(open_uow: UnitOfWorkOpener, *, endpoint_id: UUID, since: datetime, failed_only: bool) -> dict:
    """Send again what became an endpoint's since a time, the oldest first, MOST_AT_ONCE at most: all, or what was given
    up. Answers `{"deliveries"}`, their number."""
    with open_uow() as uow:
        endpoint = require(uow.session, endpoint_id)
        wanted = select(Delivery.id).where(Delivery.endpoint_id == endpoint_id, Delivery.created_at >= since)
        if failed_only:
            wanted = wanted.where(Delivery.status == "failed")
        wanted = wanted.order_by(Delivery.created_at, Delivery.id).limit(MOST_AT_ONCE)
        return _answer(uow, endpoint, _set_waiting(uow.session, endpoint_id, wanted), since=rfc3339(since))


def _set_waiting(session: Session, endpoint_id: UUID, wanted) -> int:
    """Set deliveries waiting, as if they had never been tried; their lanes are due now, but for those under way."""
    streams = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(wanted))
        .values(status="waiting", tries=0, ended_at=None)
        .returning(Delivery.stream)
        .execution_options(synchronize_session=False)
    ).all()
    if streams:
        _make_due(session, endpoint_id, sorted(set(streams)))
    wake_job(session, "send_webhooks")
    return len(streams)


def _make_due(session: Session, endpoint_id: UUID, streams: list[str]) -> None:
    new = upsert(Lane).values([{"endpoint_id": endpoint_id, "stream": one, "due_at": func.now()} for one in streams])
    free = Lane.claim.is_(None)
    due = case((free, new.excluded.due_at), else_=Lane.due_at)
    failures = case((free, 0), else_=Lane.failures)
    session.execute(
        new.on_conflict_do_update(
            index_elements=[Lane.endpoint_id, Lane.stream], set_={"due_at": due, "failures": failures}
        )
    )


def _answer(uow: UnitOfWork, endpoint: Endpoint, number: int, **which) -> dict:
    facts = {"host": host_of(endpoint.url), "deliveries": number, **which}
    uow.publish(WebhookEndpointRedelivered(entity=("webhook_endpoint", endpoint.id), facts=facts))
    return uow.record_answer({"deliveries": number})
