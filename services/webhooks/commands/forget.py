"""Forgetting: what the delivery log no longer keeps, a part at a time."""

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from services.webhooks.models import Delivery, Endpoint
from services.webhooks.rules import KEPT_FOR

AT_ONCE = 500

_FORGET = [
    text("DELETE FROM webhook_attempts WHERE delivery_id = ANY(:ids)"),
    text("DELETE FROM webhook_deliveries WHERE id = ANY(:ids)"),
]
_UNWANTED = text("""
    DELETE FROM webhook_events WHERE id IN (
        SELECT id FROM webhook_events AS event WHERE received_at < now() - :kept
        AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE event_id = event.id) LIMIT :most)
""")
_HANDLED = text("DELETE FROM commerce_inbox WHERE received_at < extract(epoch FROM now() - :kept)")
_EMPTY = text("""
    DELETE FROM webhook_lanes AS lane WHERE due_at IS NULL OR EXISTS (
        SELECT FROM webhook_endpoints WHERE id = lane.endpoint_id AND deleted_at IS NOT NULL)
""")
_DELETED = text("""
    DELETE FROM webhook_endpoints AS endpoint WHERE deleted_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE endpoint_id = endpoint.id)
    AND NOT EXISTS (SELECT FROM webhook_lanes WHERE endpoint_id = endpoint.id)
""")


def forget_step(session: Session) -> bool:
    """Forget deliveries of KEPT_FOR ago, whatever became of them, and those of deleted endpoints; whether there may be
    more."""
    deleted = select(Endpoint.id).where(Endpoint.deleted_at.is_not(None))
    old = or_(Delivery.created_at < func.now() - KEPT_FOR, Delivery.endpoint_id.in_(deleted))
    ids = session.scalars(select(Delivery.id).where(old).order_by(Delivery.id).limit(AT_ONCE)).all()
    for statement in _FORGET:
        session.execute(statement, {"ids": list(ids)})
    unwanted = session.execute(_UNWANTED, {"kept": KEPT_FOR, "most": AT_ONCE}).rowcount
    session.execute(_HANDLED, {"kept": 2 * KEPT_FOR})
    session.commit()
    if ids or unwanted:
        return True
    session.execute(_EMPTY)
    session.execute(_DELETED)
    session.commit()
    return False
