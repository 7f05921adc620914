"""Provisioner: turns hosting accounts on and off as their subscriptions are.

What a subscription is now stands in each event, so the account is set to that: to set it twice does no harm. Events of
one client come in order, so the last one is what holds. `tries=None`: while the panel is away nothing is given up.

AMQP_URI is where the broker is. `set_account` stands for the panel's own API.
"""

import os
import sqlite3

from commerce_events import Park, SqliteInbox, Subscriber, subscribe
from commerce_events.catalogue import (
    SubscriptionActivated,
    SubscriptionCancelled,
    SubscriptionSuspended,
    SubscriptionTerminated,
    SubscriptionUnsuspended,
)

ACCOUNTS = "CREATE TABLE IF NOT EXISTS accounts (subscription_id text PRIMARY KEY, state text NOT NULL, reason text)"

inbox = SqliteInbox(os.environ.get("DATABASE", "provisioner.db"))
inbox.connection.execute(ACCOUNTS)
provisioner = Subscriber(os.environ.get("SUBSCRIBER", "provisioner"), inbox=inbox, queue="accounts", tries=None)


@provisioner.on(SubscriptionActivated, SubscriptionUnsuspended)
def turn_on(event: SubscriptionActivated | SubscriptionUnsuspended, panel: sqlite3.Connection) -> None:
    """An account that runs."""
    set_account(panel, event.entity.id, "on")


@provisioner.on(SubscriptionSuspended)
def turn_off(event: SubscriptionSuspended, panel: sqlite3.Connection) -> None:
    """An account that is closed, and may come back."""
    set_account(panel, event.entity.id, "off", event.facts.reason)


@provisioner.on(SubscriptionCancelled, SubscriptionTerminated)
def remove(event: SubscriptionCancelled | SubscriptionTerminated, panel: sqlite3.Connection) -> None:
    """An account that is gone, with its data."""
    set_account(panel, event.entity.id, "removed", event.facts.reason)


def set_account(panel: sqlite3.Connection, subscription_id: str | None, state: str, reason: str | None = None) -> None:
    """Set an account's state."""
    if subscription_id is None:
        raise Park("it names no subscription")
    panel.execute("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)", (subscription_id, state, reason))


if __name__ == "__main__":
    subscribe(provisioner, os.environ["AMQP_URI"])
