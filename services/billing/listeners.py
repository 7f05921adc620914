"""Listeners: what billing does on the events of other services."""

import uuid

from sqlalchemy.orm import Session

from chassis.context import system_caller
from chassis.events.unit_of_work import nested_unit_of_work
from services.billing.commands.accounts.open import open_account

NEW_CLIENTS = ["client.created.v1", "client.imported.v1"]


def open_accounts(session: Session, *, events: list[dict]) -> None:
    """Open the account of each new client, in the currency that its event names."""
    for event in events:
        client_id = uuid.UUID(event["subject"])
        caller = system_caller("billing", cause=event["cause"] or event["id"])
        with nested_unit_of_work(session, "billing", caller, client_id) as uow:
            open_account(uow, client_id=client_id, currency=event["facts"]["currency"])
