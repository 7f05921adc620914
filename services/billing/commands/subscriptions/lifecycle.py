"""Commands of one subscription: activate, suspend, unsuspend, cancel, terminate."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Row, select, update

from chassis.errors import ServiceProblem, not_found
from chassis.events.event import Event
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.events import (
    SubscriptionActivated,
    SubscriptionCancelled,
    SubscriptionSuspended,
    SubscriptionTerminated,
    SubscriptionUnsuspended,
)
from services.billing.models import Subscription
from services.billing.queries.serializers import day, money, ref
from services.billing.queries.subscriptions import subscription_to_wire
from services.billing.rules import SUBSCRIPTION_ACTIONS, next_due, service_number

table = Subscription.__table__
EVENTS = {
    "activate": SubscriptionActivated,
    "suspend": SubscriptionSuspended,
    "unsuspend": SubscriptionUnsuspended,
    "cancel": SubscriptionCancelled,
    "terminate": SubscriptionTerminated,
}
PAST = {
    "activate": "activated",
    "suspend": "suspended",
    "unsuspend": "unsuspended",
    "cancel": "cancelled",
    "terminate": "terminated",
}


def move_subscription(
    open_uow: UnitOfWorkOpener,
    *,
    action: str,
    client_id: uuid.UUID,
    subscription_id: uuid.UUID | None,
    reason: str,
    today: date,
) -> dict:
    """Do `action` (a key of SUBSCRIPTION_ACTIONS) to one subscription for the reason given; answers it.

    One that is activated is due again by its cycle, from `today` on.
    Raises not-found, and `invalid-state` where the table of states does not lead from its state.
    """
    with open_uow(stream=client_id) as uow:
        before = subscription_of(uow, client_id, subscription_id)
        require_state(action, before.status)
        after = _change(uow, before, action, reason, today)
        changes = [status_change(before.status, after.status)]
        if after.next_due_date != before.next_due_date:
            old, new = day(before.next_due_date), day(after.next_due_date)
            changes.append({"field": "next_due_date", "old": old, "new": new})
        batch = {"batch_id": None} if action in ("suspend", "unsuspend") else {}
        publish_subscription_event(uow, EVENTS[action], after, changes=changes, reason=reason, **batch)
        return uow.record_answer(subscription_to_wire(after))


def _change(uow: UnitOfWork, row: Row, action: str, reason: str, today: date) -> Row:
    status = SUBSCRIPTION_ACTIONS[action][1]
    return uow.session.execute(
        update(table)
        .where(table.c.id == row.id)
        .values(
            status=status,
            next_due_date=next_due(today, row.billing_cycle) if action == "activate" else row.next_due_date,
            suspended_reason=reason if status == "suspended" else None,
            suspension_batch_id=None,
        )
        .returning(table)
    ).one()


def publish_subscription_event(
    uow: UnitOfWork, event: type[Event], row: Row, *, changes: Sequence[dict] = (), **facts
) -> None:
    """Publish `event` about a subscription as `row` has it."""
    uow.publish(
        event(
            client_id=row.client_id,
            entity=("subscription", row.id),
            changes=list(changes),
            facts=facts_of(row, refresh_totals(uow.session, row.client_id), **facts),
        )
    )


def subscription_of(uow: UnitOfWork, client_id: uuid.UUID, subscription_id: uuid.UUID | None):
    """The row of one of the client's subscriptions. Raises not-found."""
    row = uow.session.execute(
        select(table).where(table.c.id == subscription_id, table.c.client_id == client_id)
    ).one_or_none()
    if row is None:
        raise not_found()
    return row


def require_state(action: str, status: str) -> None:
    """Raise `invalid-state` with a sentence unless a subscription in state `status` allows `action`."""
    allowed = SUBSCRIPTION_ACTIONS[action][0]
    if status not in allowed:
        states = " or ".join(one for one in ("pending", "active", "suspended") if one in allowed)
        raise ServiceProblem(
            "invalid-state", f"Only a service that is {states} can be {PAST[action]}; this one is {status}."
        )


def facts_of(row, totals: dict, **more) -> dict:
    """The facts of an event about the subscription `row`, as it is after the change."""
    return {
        "number": service_number(row.number),
        "product_id": ref(row.product_id),
        "product": row.product,
        "domain": row.domain,
        "billing_cycle": row.billing_cycle,
        "price": money(row.price_minor, row.currency),
        "status": row.status,
        "next_due_date": day(row.next_due_date),
        "totals": totals,
        **more,
    }


def status_change(old: str, new: str) -> dict:
    """The one change of an event that moves a state."""
    return {"field": "status", "old": old, "new": new}
