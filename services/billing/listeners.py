"""Listeners: what billing does on the events of other services."""

import uuid

from sqlalchemy.orm import Session

from chassis.context import system_caller
from chassis.events.batch_of_work import BatchOfWork
from services.billing.commands.accounts.open import open_accounts_of

NEW_CLIENTS = ["client.created.v1", "client.imported.v1"]


def open_accounts(session: Session, *, events: list[dict]) -> None:
    """Open the account of each new client, in the currency that its event names."""
    new: dict[uuid.UUID, dict] = {}
    for event in events:
        new.setdefault(uuid.UUID(event["subject"]), event)
    callers = {
        client_id: system_caller("billing", cause=event["cause"] or event["id"]) for client_id, event in new.items()
    }
    batch = BatchOfWork(session, "billing", system_caller("billing", cause=events[0]["id"]), new)
    open_accounts_of(batch, {client_id: event["facts"]["currency"] for client_id, event in new.items()}, callers)
    batch.flush()
