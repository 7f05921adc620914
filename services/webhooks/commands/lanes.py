"""Lanes: claiming those that are due, what to send next in one, and noting what became of it.

A claim is a due time in the future: whoever dies while holding one leaves a lane that is due again by itself. What was
sent then is sent again, under the same id.
"""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, exists, func, select, text, update
from sqlalchemy.orm import Session

from chassis.context import system_caller
from chassis.events.event import SYSTEM
from chassis.events.unit_of_work import commit, nested_unit_of_work
from chassis.process.jobs import wake_job
from services.webhooks import rules
from services.webhooks.commands.endpoints import disable, find
from services.webhooks.models import Attempt, Delivery, Endpoint, Event, Lane
from services.webhooks.queries.endpoints import alive_secrets
from services.webhooks.sending import Answer
from services.webhooks.signing import signature_header

CLAIM_SECONDS = 30.0  # longer than any request takes

CLAIM = text("""
    UPDATE webhook_lanes AS lane SET due_at = now() + make_interval(secs => :seconds), claim = gen_random_uuid()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:places AS int[])) AS free(endpoint_id, places),
    LATERAL (
        SELECT stream FROM webhook_lanes
        WHERE endpoint_id = free.endpoint_id AND due_at <= now() AND (failures > 0) = :failing
        ORDER BY due_at LIMIT free.places FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE lane.endpoint_id = free.endpoint_id AND lane.stream = due.stream
    RETURNING lane.endpoint_id, lane.stream, lane.claim, lane.failures > 0 AS failing
""")


@dataclass(frozen=True)
class Claim:
    """A lane that this process works on."""

    endpoint_id: uuid.UUID
    stream: str
    claim: uuid.UUID
    failing: bool


@dataclass(frozen=True)
class Request:
    """What is sent next in a lane."""

    delivery_id: uuid.UUID
    url: str
    headers: dict[str, str]
    body: bytes


def enabled_endpoints(session: Session) -> Sequence[uuid.UUID]:
    """The endpoints that requests go to."""
    return session.scalars(select(Endpoint.id).where(Endpoint.status == "enabled", Endpoint.deleted_at.is_(None))).all()


def claim_lanes(session: Session, places: dict[uuid.UUID, int], *, failing: bool) -> list[Claim]:
    """Claim lanes that are due, of each endpoint as many as it has `places`: those whose oldest has failed before, or
    those of the others. Commits."""
    wanted = {endpoint_id: number for endpoint_id, number in places.items() if number > 0}
    if not wanted:
        return []
    values = {"ids": list(wanted), "places": list(wanted.values()), "failing": failing, "seconds": CLAIM_SECONDS}
    found = session.execute(CLAIM, values).all()
    session.commit()
    return [Claim(*row) for row in found]


def next_request(session: Session, claim: Claim) -> Request | None:
    """The oldest delivery that waits in a lane, as a request of now; None where none does."""
    row = session.execute(
        select(Delivery.id, Delivery.event_id, Event.body, Event.personal, Endpoint.url)
        .add_columns(Endpoint.personal.label("with_personal"))
        .join(Event, Event.id == Delivery.event_id)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Delivery.endpoint_id == claim.endpoint_id, Delivery.stream == claim.stream, *_SENDABLE)
        .order_by(Delivery.position)
        .limit(1)
    ).first()
    secrets = [one.secret for one in alive_secrets(session, claim.endpoint_id)]
    session.rollback()
    if row is None:
        return None
    body = rules.body_of(row.body, row.personal if row.with_personal else None).encode()
    return Request(row.id, row.url, _headers(secrets, str(row.event_id), body), body)


_SENDABLE = (Delivery.status == "waiting", Endpoint.status == "enabled", Endpoint.deleted_at.is_(None))


def _headers(secrets: list[str], message_id: str, body: bytes) -> dict[str, str]:
    now = int(datetime.now(UTC).timestamp())
    return {
        "content-type": "application/json",
        "user-agent": "Commerce-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signature_header(secrets, message_id, now, body),
    }


def release(session: Session, claim: Claim) -> None:
    """Give a lane back in which there is nothing to send."""
    if _is_held(session, claim):
        _go_on(session, claim, failures=0)
    session.commit()


def note_answer(session: Session, claim: Claim, request: Request, began_at: datetime, answer: Answer) -> None:
    """Write what became of a request into the log, and let its lane go on: with the next one, or with this one later.

    A lane that another process has claimed since is left alone.
    """
    session.add(
        Attempt(
            delivery_id=request.delivery_id,
            began_at=began_at,
            milliseconds=round(answer.seconds * 1000),
            url=request.url,
            request_headers=request.headers,
            status=answer.status,
            error=answer.error,
            headers=answer.headers,
            body=answer.body,
        )
    )
    session.flush()
    if _is_held(session, claim):
        if answer.is_delivered:
            _end(session, claim, request, "delivered")
            _recover(session, claim.endpoint_id)
        else:
            _fail(session, claim, request, answer)
    wake_job(session, "send_webhooks")
    commit(session)


def disable_failing(session: Session, claim: Claim, request: Request, answer: Answer) -> None:
    """Disable an endpoint that says that it is gone for good (410), or that has failed for DISABLED_AFTER."""
    failing_since = session.scalar(select(Endpoint.failing_since).where(Endpoint.id == claim.endpoint_id))
    session.rollback()
    gone = answer.status == 410
    if not gone and (failing_since is None or datetime.now(UTC) - failing_since < rules.DISABLED_AFTER):
        return
    caller = system_caller("webhooks", cause=f"delivery-{request.delivery_id}")
    with nested_unit_of_work(session, "webhooks", caller, SYSTEM) as uow:
        endpoint = find(session, claim.endpoint_id)
        if endpoint.status == "enabled":
            disable(uow, endpoint, "gone" if gone else "failing")
    session.commit()


def _is_held(session: Session, claim: Claim) -> bool:
    held = select(Lane.claim).where(*_of(claim), Lane.claim == claim.claim).with_for_update()
    return session.scalar(held) is not None


def _of(claim: Claim) -> tuple:
    return Lane.endpoint_id == claim.endpoint_id, Lane.stream == claim.stream


def _end(session: Session, claim: Claim, request: Request, status: str) -> None:
    ended = {"status": status, "tries": Delivery.tries + 1, "ended_at": func.clock_timestamp()}
    session.execute(update(Delivery).where(Delivery.id == request.delivery_id).values(**ended))
    _go_on(session, claim, failures=0)


def _go_on(session: Session, claim: Claim, *, failures: int, delay: float = 0.0) -> None:
    waits = exists().where(
        Delivery.endpoint_id == claim.endpoint_id, Delivery.stream == claim.stream, Delivery.status == "waiting"
    )
    due = func.clock_timestamp() + timedelta(seconds=delay)
    values = {"claim": None, "failures": failures, "due_at": case((waits, due), else_=None)}
    session.execute(update(Lane).where(*_of(claim)).values(**values))


def _fail(session: Session, claim: Claim, request: Request, answer: Answer) -> None:
    """Try again later; or give this one up, so that the next one of its lane comes."""
    tries = session.scalar(select(Delivery.tries).where(Delivery.id == request.delivery_id)) + 1
    delay = rules.delay_after(tries, random.random(), answer.retry_after)
    if delay is None:
        _end(session, claim, request, "failed")
    else:
        session.execute(update(Delivery).where(Delivery.id == request.delivery_id).values(tries=tries))
        _go_on(session, claim, failures=tries, delay=delay)
    sound = update(Endpoint).where(Endpoint.id == claim.endpoint_id, Endpoint.failing_since.is_(None))
    session.execute(sound.values(failing_since=func.clock_timestamp()))


def _recover(session: Session, endpoint_id: uuid.UUID) -> None:
    failing = update(Endpoint).where(Endpoint.id == endpoint_id, Endpoint.failing_since.is_not(None))
    session.execute(failing.values(failing_since=None))
