"""Service acts: what a bulk job of the clients service does to the subscriptions of each of its clients.

    suspend      what is active is suspended, as by Suspend All: a suspension batch for each client
    unsuspend    what is suspended, by whatever, is active again

Each is undone for exactly those subscriptions that it moved, or not at all where one of them has changed since. A dry run
and the act itself decide by the same function over the same rows.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from services.billing.models import Subscription
from services.billing.queries.serializers import money
from services.billing.rules import monthly_minor

MOVES = {
    ("suspend", False): ("active", "suspended"),
    ("suspend", True): ("suspended", "active"),
    ("unsuspend", False): ("suspended", "active"),
    ("unsuspend", True): ("active", "suspended"),
}
"""(act, whether it is undone): the state that it leads from, and to."""

table = Subscription.__table__


@dataclass(frozen=True)
class ClientRow:
    """A client of a job: `key` is the idempotency key of its row; `undoes` what the row's act kept, where it is undone."""

    client_id: uuid.UUID
    key: str
    undoes: dict | None = None


@dataclass(frozen=True)
class Decision:
    """What becomes of a client: `changed`, `unchanged` or `refused`, why, and the subscriptions to move."""

    result: str
    code: str = ""
    reason: str = ""
    moved: Sequence[Row] = field(default=())

    def to_wire(self, kept: dict | None = None) -> dict:
        """Its answer: with how many services are moved, what of them is paid a month, and what an undo needs (`kept`)."""
        return {
            "result": self.result,
            "code": self.code,
            "reason": self.reason,
            "services": len(self.moved),
            "monthly": monthly_of(self.moved),
            "kept": kept,
        }


def services_of(session: Session, client_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Row]]:
    """The subscriptions of each client that are active or suspended, by age."""
    found = defaultdict(list)
    wanted = select(table).where(table.c.client_id.in_(client_ids), table.c.status.in_(("active", "suspended")))
    for row in session.execute(wanted.order_by(table.c.id)):
        found[row.client_id].append(row)
    return found


def decide(act: str, services: Sequence[Row], undoes: dict | None) -> Decision:
    """What `act`, or its undoing, comes to for a client with these services."""
    before, _ = MOVES[act, undoes is not None]
    there = [service for service in services if service.status == before]
    if undoes is None:
        return Decision("changed", moved=there) if there else Decision("unchanged", "", f"No service is {before}.")
    moved = [service for service in there if _is_as_left(service, undoes)]
    if len(moved) < len(undoes["services"]):
        changed = len(undoes["services"]) - len(moved)
        return Decision("refused", "changed-since", f"{changed} of {len(undoes['services'])} services changed since.")
    return Decision("changed", moved=moved)


def _is_as_left(service: Row, undoes: dict) -> bool:
    """Whether a service is one that the act moved, and held by the same suspension batch still."""
    batch = service.suspension_batch_id and str(service.suspension_batch_id)
    return str(service.id) in undoes["services"] and batch == undoes["batch_id"]


def monthly_of(services: Sequence[Row]) -> dict | None:
    """What `services` of one client cost a month together; None without any."""
    if not services:
        return None
    minor = sum(monthly_minor(service.price_minor, service.billing_cycle) for service in services)
    return money(minor, services[0].currency)


def dry_run(session: Session, *, act: str, rows: Sequence[ClientRow]) -> dict[str, dict]:
    """{client id: what `act` would come to}, of services as they are now; nothing is changed."""
    services = services_of(session, [row.client_id for row in rows])
    return {str(row.client_id): decide(act, services[row.client_id], row.undoes).to_wire() for row in rows}
