"""Service act: the services of clients are suspended or unsuspended. They are billing's, which decides and does it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.permissions import Permission
from services.clients.billing_rpc_client import Billing
from services.clients.commands.bulk.outcomes import FORGOTTEN, GONE, Item, Outcome
from services.clients.models import Client


class ServiceAct:
    """The base of both; each call of billing is made outside of a transaction. `undone` where a job of theirs is undone."""

    permission: ClassVar[Permission] = Permission.SERVICES_MANAGE
    name: ClassVar[str]

    def __init__(self, session: Session, arguments: Mapping[str, Any], billing: Billing, *, undone: bool):
        self.session, self.arguments, self.billing, self.undone = session, arguments, billing, undone

    def plan(self, items: Iterable[Item]) -> dict[UUID, Outcome]:
        """What the act comes to for each client, as its services are now."""
        return self._asked(list(items), lambda there: self.billing.dry_run(self.name, there))

    def carry_out(self, items: Iterable[Item], actor: dict) -> dict[UUID, Outcome]:
        """Do it in the name of `actor`; what was done for a row of this job before is answered again."""
        reason = self.arguments["reason"]
        return self._asked(list(items), lambda there: self.billing.change_services(self.name, there, reason, actor))

    def _asked(self, items: list[Item], ask) -> dict[UUID, Outcome]:
        known = set(self.session.scalars(select(Client.id).where(Client.id.in_([item.client_id for item in items]))))
        self.session.rollback()
        there: Sequence[Item] = [
            item for item in items if item.client_id in known and (item.undoes is not None or not self.undone)
        ]
        answers = ask(there) if there else {}
        left = {item.client_id: FORGOTTEN if item.client_id in known else GONE for item in items}
        return left | {item.client_id: Outcome(**answers[str(item.client_id)]) for item in there}


class SuspendAct(ServiceAct):
    """All active services of the clients are suspended, as by Suspend All."""

    name = "suspend"


class UnsuspendAct(ServiceAct):
    """All suspended services of the clients are active again."""

    name = "unsuspend"
