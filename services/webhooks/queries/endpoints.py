"""Endpoint queries: all of them, one, and its secrets."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.errors import not_found
from chassis.events.event import rfc3339
from services.webhooks.models import Delivery, Endpoint, Secret
from services.webhooks.rules import DELIVERY_STATUSES
from services.webhooks.signing import verified_with


def endpoints(session: Session) -> dict:
    """All endpoints, the oldest first."""
    here = select(Endpoint).where(Endpoint.deleted_at.is_(None)).order_by(Endpoint.created_at, Endpoint.id)
    return {"data": [_dumped(one) for one in session.scalars(here)]}


def endpoint(session: Session, endpoint_id: uuid.UUID) -> dict:
    """One endpoint; `not-found` for one that is not there."""
    return _dumped(require(session, endpoint_id))


def require(session: Session, endpoint_id: uuid.UUID) -> Endpoint:
    """The row of an endpoint; `not-found` for one that is not there."""
    here = select(Endpoint).where(Endpoint.id == endpoint_id, Endpoint.deleted_at.is_(None))
    row = session.scalar(here.execution_options(populate_existing=True))
    if row is None:
        raise not_found()
    return row


def secrets(session: Session, endpoint_id: uuid.UUID) -> dict:
    """What a receiver verifies with, the newest first: the shared secret, or the public key."""
    require(session, endpoint_id)
    return {
        "data": [
            {
                "key": verified_with(one.secret),
                "created_at": rfc3339(one.created_at),
                "expires_at": one.expires_at and rfc3339(one.expires_at),
            }
            for one in alive_secrets(session, endpoint_id)
        ]
    }


def alive_secrets(session: Session, endpoint_id: uuid.UUID) -> Sequence[Secret]:
    """The secrets that requests are signed with now, the newest first."""
    alive = Secret.expires_at.is_(None) | (Secret.expires_at > func.now())
    wanted = select(Secret).where(Secret.endpoint_id == endpoint_id, alive)
    return session.scalars(wanted.order_by(Secret.created_at.desc(), Secret.id.desc())).all()


def counts(session: Session, endpoint_id: uuid.UUID) -> dict:
    """How many deliveries of an endpoint there are of each status."""
    wanted = select(Delivery.status, func.count()).where(Delivery.endpoint_id == endpoint_id)
    return dict.fromkeys(DELIVERY_STATUSES, 0) | dict(session.execute(wanted.group_by(Delivery.status)).all())


def _dumped(row: Endpoint) -> dict:
    moments = {name: getattr(row, name) for name in ("disabled_at", "failing_since", "created_at")}
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in ("url", "description", "filters", "personal", "scheme")},
        **{name: getattr(row, name) for name in ("alert_email", "status", "reason")},
        **{name: moment and rfc3339(moment) for name, moment in moments.items()},
    }
