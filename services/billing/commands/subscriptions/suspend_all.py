"""Suspend All and its undoing: each one transaction, however many subscriptions there are."""

import uuid

from sqlalchemy import Row, func, insert, select, update

from chassis import green
from chassis.errors import ServiceProblem, not_found
from chassis.events.event import Event
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.types.ids import new_id
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.commands.subscriptions.lifecycle import facts_of, status_change
from services.billing.events import (
    SubscriptionSuspended,
    SubscriptionUnsuspended,
    SuspensionBatchMade,
    SuspensionBatchUndone,
)
from services.billing.models import Subscription, SuspensionBatch
from services.billing.models.columns import actor_columns
from services.billing.queries.suspensions import held_by, suspendable, to_list, version_of

EVENTS_A_FLUSH = 500

table, batches = Subscription.__table__, SuspensionBatch.__table__


def suspend_all_subscriptions(
    open_uow: UnitOfWorkOpener,
    *,
    client_id: uuid.UUID,
    reason: str,
    expected: list[uuid.UUID] | None = None,
    version: str | None = None,
) -> dict:
    """Suspend every active subscription of a client at once; answers {suspended: how many, batch_id}.

    What is suspended already stays as it is. Raises `list-changed`, with the active ones in `services` and their
    `version`, when they are not those of `expected` or not at the `version` given; `invalid-state` when there is none.
    """
    with open_uow(stream=client_id) as uow:
        active = uow.session.execute(suspendable(client_id)).all()
        _require_expected(active, expected, version)
        batch_id = _add_batch(uow, client_id, reason, len(active))
        suspended = uow.session.execute(
            update(table)
            .where(table.c.client_id == client_id, table.c.status == "active")
            .values(status="suspended", suspended_reason=reason, suspension_batch_id=batch_id)
            .returning(table)
        ).all()
        totals = refresh_totals(uow.session, client_id)
        change, facts = status_change("active", "suspended"), {"reason": reason, "batch_id": str(batch_id)}
        _publish_each(uow, SubscriptionSuspended, _in_order_of(active, suspended), change, totals, facts)
        uow.publish(
            SuspensionBatchMade(
                client_id=client_id,
                entity=("suspension_batch", batch_id),
                facts={"reason": reason, "suspended": len(suspended), "totals": totals},
            )
        )
        return uow.record_answer({"suspended": len(suspended), "batch_id": str(batch_id)})


def unsuspend_all_subscriptions(open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, batch_id: uuid.UUID) -> dict:
    """Make active again exactly what one Suspend All still holds suspended; answers {unsuspended: how many, batch_id}.

    Raises not-found; `invalid-state` when it was undone before, or holds nothing any more.
    """
    with open_uow(stream=client_id) as uow:
        batch = _batch_of(uow, client_id, batch_id)
        held = uow.session.execute(held_by(batch_id)).all()
        if not held:
            raise ServiceProblem("invalid-state", "None of its services is suspended by this Suspend All any more.")
        restored = uow.session.execute(
            update(table)
            .where(table.c.suspension_batch_id == batch_id, table.c.status == "suspended")
            .values(status="active", suspended_reason=None, suspension_batch_id=None)
            .returning(table)
        ).all()
        uow.session.execute(update(batches).where(batches.c.id == batch_id).values(undone_at=func.now()))
        totals = refresh_totals(uow.session, client_id)
        change, facts = status_change("suspended", "active"), {"batch_id": str(batch_id)}
        _publish_each(uow, SubscriptionUnsuspended, _in_order_of(held, restored), change, totals, facts)
        uow.publish(
            SuspensionBatchUndone(
                client_id=client_id,
                entity=("suspension_batch", batch_id),
                facts={"reason": batch.reason, "unsuspended": len(restored), "totals": totals},
            )
        )
        return uow.record_answer({"unsuspended": len(restored), "batch_id": str(batch_id)})


def _require_expected(active: list[Row], expected: list[uuid.UUID] | None, version: str | None) -> None:
    ids = {row.id for row in active}
    now = version_of(ids)
    if (expected is not None and ids != set(expected)) or version not in (None, now):
        raise ServiceProblem(
            "list-changed",
            "The client's active services have changed meanwhile. Nothing was suspended.",
            services=to_list(active),
            version=now,
        )
    if not active:
        raise ServiceProblem("invalid-state", "None of the client's services is active.")


def _add_batch(uow: UnitOfWork, client_id: uuid.UUID, reason: str, suspended: int) -> uuid.UUID:
    batch_id = new_id()
    uow.session.execute(
        insert(batches).values(
            id=batch_id, client_id=client_id, reason=reason, suspended=suspended, **actor_columns(uow.caller)
        )
    )
    return batch_id


def _batch_of(uow: UnitOfWork, client_id: uuid.UUID, batch_id: uuid.UUID) -> Row:
    """The row of a batch that was not undone yet."""
    batch = uow.session.execute(
        select(batches).where(batches.c.id == batch_id, batches.c.client_id == client_id)
    ).first()
    if batch is None:
        raise not_found()
    if batch.undone_at is not None:
        raise ServiceProblem("invalid-state", "This Suspend All was undone before.")
    return batch


def _publish_each(
    uow: UnitOfWork, event: type[Event], rows: list[Row], change: dict, totals: dict, facts: dict
) -> None:
    """Publish `event` about each of `rows`; all carry the totals after the last of them.

    Others are answered between two of them, and they are sent on in portions, so that the transaction is never idle for
    long.
    """
    for place, row in enumerate(rows, 1):
        uow.publish(
            event(
                client_id=row.client_id,
                entity=("subscription", row.id),
                changes=[change],
                facts=facts_of(row, totals, **facts),
            )
        )
        if place % EVENTS_A_FLUSH == 0:
            uow.flush()
        green.give_way()


def _in_order_of(first: list[Row], rows: list[Row]) -> list[Row]:
    """`rows`, which an UPDATE gives back in any order, in the order of `first`."""
    by_id = {row.id: row for row in rows}
    return [by_id[row.id] for row in first]
