"""Accepting: an event becomes a delivery for each endpoint that wants it, in the transaction of its inbox row."""

import uuid

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.process.jobs import wake_job
from commerce_events import Event as ReceivedEvent
from services.webhooks import rules
from services.webhooks.models import Delivery, Endpoint, Event, Lane

_ENDPOINTS = CompiledSelect(
    select(Endpoint.id, Endpoint.filters, Endpoint.personal).where(Endpoint.deleted_at.is_(None))
)


def accept(session: Session, event: ReceivedEvent) -> None:
    """Queue an event for all endpoints that want it, also for disabled ones; replayed events are for nobody here."""
    wanting = [one for one in _ENDPOINTS.all(session) if rules.wants(one.filters, event.type)]
    if not wanting or event.replayed:
        return
    event_id = uuid.UUID(event.id)
    row = {"id": event_id, "type": event.type, "body": rules.public_part(event.raw)}
    if any(one.personal for one in wanting):
        row["personal"] = rules.personal_part(event.raw)
    session.execute(insert(Event), [row])
    lanes = [{"endpoint_id": one.id, "stream": event.stream} for one in sorted(wanting, key=lambda one: one.id)]
    session.execute(insert(Delivery), [{**lane, "event_id": event_id} for lane in lanes])
    make_due(session, lanes)


def make_due(session: Session, lanes: list[dict]) -> None:
    """Let lanes in which something waits be worked on now, those apart in which something is under way or is to be tried
    again."""
    new = upsert(Lane).values([{**lane, "due_at": func.now()} for lane in lanes])
    session.execute(
        new.on_conflict_do_update(
            index_elements=[Lane.endpoint_id, Lane.stream],
            set_={"due_at": func.coalesce(Lane.due_at, new.excluded.due_at)},
        )
    )
    wake_job(session, "send_webhooks")
