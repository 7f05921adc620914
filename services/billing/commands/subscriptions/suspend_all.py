"""Suspend All and its undoing: each one transaction, however many subscriptions there are."""

import uuid

from sqlalchemy import func, insert, select, update

from chassis.errors import ServiceProblem, not_found
from chassis.events.unit_of_work import UnitOfWorkOpener
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
from services.billing.queries.suspensions import held_by, suspendable, to_list

table, batches = Subscription.__table__, SuspensionBatch.__table__


def suspend_all_subscriptions(
    open_uow: UnitOfWorkOpener, *, client_id: uuid.UUID, reason: str, expected: list[uuid.UUID] | None
) -> dict:
    """Suspend every active subscription of a client at once; answers {suspended: how many, batch_id}.

    What is suspended already stays as it is. Raises `list-changed`, with the active ones in `services`, when they
    are not those of `expected`; `invalid-state` when there is none.
    """
    with open_uow(stream=client_id) as uow:
        active = uow.session.execute(suspendable(client_id)).all()
        if expected is not None and {row.id for row in active} != set(expected):
            raise ServiceProblem(
                "list-changed",
                "The client's active services have changed meanwhile. Nothing was suspended.",
                services=to_list(active),
            )
        if not active:
            raise ServiceProblem("invalid-state", "None of the client's services is active.")
        batch_id, caller = new_id(), uow.caller
        uow.session.execute(
            insert(batches).values(
                id=batch_id,
                client_id=client_id,
                reason=reason,
                suspended=len(active),
                actor_kind=caller.kind,
                actor_id=caller.id,
                actor_name=caller.name,
            )
        )
        suspended = uow.session.execute(
            update(table)
            .where(table.c.client_id == client_id, table.c.status == "active")
            .values(status="suspended", suspended_reason=reason, suspension_batch_id=batch_id)
            .returning(table)
        ).all()
        totals = refresh_totals(uow.session, client_id)
        for row in _in_order_of(active, suspended):
            uow.publish(
                SubscriptionSuspended(
                    client_id=client_id,
                    entity=("subscription", row.id),
                    changes=[status_change("active", "suspended")],
                    facts=facts_of(row, totals, reason=reason, batch_id=str(batch_id)),
                )
            )
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
        batch = uow.session.execute(
            select(batches).where(batches.c.id == batch_id, batches.c.client_id == client_id)
        ).first()
        if batch is None:
            raise not_found()
        if batch.undone_at is not None:
            raise ServiceProblem("invalid-state", "This Suspend All was undone before.")
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
        for row in _in_order_of(held, restored):
            uow.publish(
                SubscriptionUnsuspended(
                    client_id=client_id,
                    entity=("subscription", row.id),
                    changes=[status_change("suspended", "active")],
                    facts=facts_of(row, totals, batch_id=str(batch_id)),
                )
            )
        uow.publish(
            SuspensionBatchUndone(
                client_id=client_id,
                entity=("suspension_batch", batch_id),
                facts={"reason": batch.reason, "unsuspended": len(restored), "totals": totals},
            )
        )
        return uow.record_answer({"unsuspended": len(restored), "batch_id": str(batch_id)})


def _in_order_of(first: list, rows: list) -> list:
    """`rows`, which an UPDATE gives back in any order, in the order of `first`."""
    by_id = {row.id: row for row in rows}
    return [by_id[row.id] for row in first]
