"""The base class of the services: a session to read with, `open_uow` to change with, the verified caller."""

from dataclasses import dataclass

from chassis.context import Caller, Signer, Verifier
from chassis.db.engine import Database
from chassis.errors import ServiceProblem
from chassis.events.unit_of_work import UnitOfWorkOpener
from chassis.process.system import SystemRpc
from chassis.rpc.server import Contexts, Incoming


@dataclass(frozen=True)
class ContextKeys:
    """This process' signer and its verifier of everybody's tokens."""

    signer: Signer
    verifier: Verifier


class Service(SystemRpc):
    """The base of the five services. A subclass has a `name` and RPC methods made with `@rpc` and `@listen`."""

    name: str
    caller: Caller
    open_uow: UnitOfWorkOpener

    session = Database()
    incoming = Incoming()
    contexts = Contexts()

    def authenticate(self, credential: dict) -> dict:
        """The person that a hashed credential belongs to; only the owner of identity knows."""
        raise ServiceProblem("unauthenticated", "Credentials are resolved by the clients service alone.")
