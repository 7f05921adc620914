"""RPC client of billing: what a bulk job does to services, called in the clients service's own name.

Never inside a transaction. A call whose answer is missing is `unavailable`: billing knows each row by its key, so it may
be sent again.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from chassis.context import system_caller
from chassis.errors import ServiceProblem
from chassis.rpc.client import Calls

CALL_SECONDS = 20.0


class Sent(Protocol):
    """A client to send: its id, and what its row undoes."""

    client_id: UUID
    undoes: dict | None


class Billing:
    """Billing, on behalf of the request or job `cause`."""

    def __init__(self, calls: Calls, cause: str):
        self._calls, self._cause = calls, cause

    def dry_run(self, act: str, rows: Sequence[Sent]) -> dict[str, dict]:
        """{client id: what `act` would come to}; nothing is changed."""
        return self._call("billing.dry_run_services_for_clients", act=act, rows=self._rows(rows))

    def change_services(self, act: str, rows: Sequence[Sent], reason: str, actor: dict) -> dict[str, dict]:
        """{client id: what `act` came to}, done in the name of `actor`, once for each row of the job."""
        about = {"reason": reason, "job_id": self._cause, "actor": actor}
        return self._call("billing.change_services_for_clients", act=act, rows=self._rows(rows), writes=True, **about)

    def _rows(self, rows: Sequence[Sent]) -> list[dict]:
        return [
            {"client_id": str(row.client_id), "key": f"{self._cause}:{row.client_id}", "undoes": row.undoes}
            for row in rows
        ]

    def _call(self, target: str, **arguments) -> dict[str, dict]:
        caller = system_caller("clients", cause=self._cause, seconds=CALL_SECONDS)
        try:
            return self._calls.call(caller, target, seconds=CALL_SECONDS, **arguments)
        except ServiceProblem as problem:
            if problem.code != "outcome-unknown":
                raise
            raise ServiceProblem("unavailable", problem.detail) from problem
