"""Service acts carried out: the services of up to a hundred clients move in one transaction, each client's row once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, bindparam, func, insert, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from chassis import green
from chassis.context import Caller
from chassis.events.batch_of_work import BatchOfWork
from chassis.events.event import Event
from chassis.events.unit_of_work import commit, fingerprint
from chassis.types.ids import new_id
from services.billing.commands.accounts.totals import refresh_totals_of
from services.billing.commands.subscriptions.lifecycle import facts_of, status_change
from services.billing.commands.subscriptions.service_acts import MOVES, ClientRow, Decision, decide, services_of
from services.billing.events import (
    SubscriptionSuspended,
    SubscriptionUnsuspended,
    SuspensionBatchMade,
    SuspensionBatchUndone,
)
from services.billing.models import Subscription, SuspensionBatch
from services.billing.models.columns import actor_columns

OPERATION = "bulk_job"
FREE = {"reason": None, "batch_id": None}
MOVE = (
    text("""
    UPDATE subscriptions
    SET status = given.status, suspended_reason = given.reason, suspension_batch_id = given.batch_id
    FROM jsonb_to_recordset(:given) AS given (id uuid, status text, reason text, batch_id uuid)
    WHERE subscriptions.id = given.id RETURNING subscriptions.*
""")
    .bindparams(bindparam("given", type_=JSONB))
    .columns(*Subscription.__table__.c)
)
batches = SuspensionBatch.__table__


@dataclass(frozen=True)
class Moved:
    """A client whose services move: the batch that is made or undone with it, and the reason and batch that each has
    afterwards, by its id."""

    row: ClientRow
    decision: Decision
    batch_id: str | None
    holds: dict[str, dict]

    @property
    def kept(self) -> dict:
        """What an undo of this needs: the services as they were, and the batch that holds them now."""
        return {"services": {str(one.id): _hold_of(one) for one in self.decision.moved}, "batch_id": self.batch_id}


def change_services(
    session: Session, caller: Caller, *, act: str, reason: str, rows: Sequence[ClientRow]
) -> dict[str, dict]:
    """Do `act` to the services of each client, or undo it; answers {client id: what it came to}.

    A row whose key was used before gets its first answer again. The caller is whoever started the job.
    """
    try:
        batch = BatchOfWork(session, "billing", caller, {row.client_id for row in rows})
        known = batch.answers(OPERATION, [row.key for row in rows])
        new = [row for row in rows if row.key not in known]
        answers = _change(batch, act, reason, new)
        batch.record_answers(OPERATION, answers, fingerprint({"act": act}))
        batch.flush()
        commit(session)
    except BaseException:
        session.rollback()
        raise
    return {str(row.client_id): {**known, **answers}[row.key] for row in rows}


def _change(batch: BatchOfWork, act: str, reason: str, rows: Sequence[ClientRow]) -> dict[str, dict]:
    services = services_of(batch.session, [row.client_id for row in rows])
    decided = [(row, decide(act, services[row.client_id], row.undoes)) for row in rows]
    moved = [_moved(act, reason, row, decision) for row, decision in decided if decision.moved]
    if moved:
        _move(batch, act, reason, moved)
    kept = {one.row.key: one.kept for one in moved}
    return {row.key: decision.to_wire(kept.get(row.key)) for row, decision in decided}


def _moved(act: str, reason: str, row: ClientRow, decision: Decision) -> Moved:
    ids = [str(service.id) for service in decision.moved]
    if row.undoes is None:
        batch_id = str(new_id()) if act == "suspend" else None
        hold = {"reason": reason, "batch_id": batch_id} if act == "suspend" else FREE
        return Moved(row, decision, batch_id, dict.fromkeys(ids, hold))
    had = row.undoes["services"] if act == "unsuspend" else dict.fromkeys(ids, FREE)
    return Moved(row, decision, row.undoes["batch_id"], {id: had[id] for id in ids})


def _hold_of(service: Row) -> dict:
    batch_id = service.suspension_batch_id
    return {"reason": service.suspended_reason, "batch_id": batch_id and str(batch_id)}


def _move(batch: BatchOfWork, act: str, reason: str, moved: list[Moved]) -> None:
    session, undone = batch.session, moved[0].row.undoes is not None
    move = MOVES[act, undone]
    if act == "suspend":
        _keep_batches(batch, reason, moved, undone)
    given = [{"id": id, "status": move[1], **hold} for one in moved for id, hold in one.holds.items()]
    now = {str(row.id): row for row in session.execute(MOVE, {"given": given})}
    totals = refresh_totals_of(session, [one.row.client_id for one in moved])
    for one in green.taking_turns(moved):
        _publish(batch, one, [now[id] for id in one.holds], move, reason, totals[one.row.client_id])


def _keep_batches(batch: BatchOfWork, reason: str, moved: list[Moved], undone: bool) -> None:
    if undone:
        ids = [one.batch_id for one in moved]
        batch.session.execute(update(batches).where(batches.c.id.in_(ids)).values(undone_at=func.now()))
        return
    who = {"reason": reason, **actor_columns(batch.caller)}
    rows = [{"id": one.batch_id, "client_id": one.row.client_id, "suspended": len(one.holds), **who} for one in moved]
    batch.session.execute(insert(batches), rows)


def _publish(
    batch: BatchOfWork, one: Moved, services: list[Row], move: tuple[str, str], reason: str, totals: dict
) -> None:
    event = SubscriptionSuspended if move[1] == "suspended" else SubscriptionUnsuspended
    for service in services:
        facts = {
            "reason": service.suspended_reason or reason,
            "batch_id": one.batch_id or _hold_of(service)["batch_id"],
        }
        batch.publish(
            event(
                client_id=service.client_id,
                entity=("subscription", service.id),
                changes=[status_change(*move)],
                facts=facts_of(service, totals, **facts),
            )
        )
    if one.batch_id:
        batch.publish(_of_batch(one, move[1], reason, len(services), totals))


def _of_batch(one: Moved, after: str, reason: str, services: int, totals: dict) -> Event:
    made = after == "suspended"
    event, counted = (SuspensionBatchMade, "suspended") if made else (SuspensionBatchUndone, "unsuspended")
    return event(
        client_id=one.row.client_id,
        entity=("suspension_batch", one.batch_id),
        facts={"reason": reason, counted: services, "totals": totals},
    )
