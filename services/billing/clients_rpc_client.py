"""RPC client of the clients service: called in billing's own name, and never inside a transaction of its own."""

import uuid
from datetime import datetime

from chassis.context import Caller
from chassis.errors import ServiceProblem
from chassis.rpc.client import Calls

IDS_A_CALL = 100


class Clients:
    """The clients service, called on behalf of `caller` (a system caller of billing, with its deadline)."""

    def __init__(self, calls: Calls, caller: Caller):
        self._calls, self._caller = calls, caller

    def for_billing(self, client_ids: list[str]) -> dict[str, dict]:
        """{id: {"currency", "name", "company", "contact", "email", "address", "tax_id", "tax_exempt", "group_discount"}}
        of those clients that exist."""
        return self._in_parts("clients.clients_for_billing", "client_ids", client_ids)

    def resolve(self, source: str, external_ids: list[str]) -> dict[str, str]:
        """{external id: client id} of those that came from `source`."""
        return self._in_parts("clients.external_ids_for_billing", "external_ids", external_ids, source=source)

    def totals_published(self, at: datetime, event_id: uuid.UUID | None) -> None:
        """Say that all which was recorded before `at` is published, the event `event_id` last."""
        published = {"at": at.isoformat(), "event_id": event_id and str(event_id)}
        self._calls.call(self._caller, "clients.totals_published_for_billing", **published)

    def import_has_ended(self, import_id: uuid.UUID) -> bool:
        """Whether no client of this import is still to come; true also where it brings none."""
        try:
            answer = self._calls.call(self._caller, "clients.import_for_billing", import_id=str(import_id))
        except ServiceProblem as problem:
            if problem.code == "not-found":
                return True
            raise
        return answer["status"] in ("done", "failed")

    def _in_parts(self, target: str, name: str, ids: list[str], **arguments) -> dict:
        found = {}
        for start in range(0, len(ids), IDS_A_CALL):
            found |= self._calls.call(self._caller, target, **{name: ids[start : start + IDS_A_CALL]}, **arguments)
        return found
