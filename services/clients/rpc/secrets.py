"""Secrets among an RPC method's arguments: openers of units of work that keep nothing of them in a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from chassis.context import Caller
from chassis.errors import ServiceProblem, not_found
from chassis.events.event import SYSTEM
from chassis.events.unit_of_work import AnsweredBefore, RequestUnitOfWork, UnitOfWork
from chassis.process.service import Service


def open_uow_without_secrets(service: Service, *secrets: str, stream=SYSTEM) -> RequestUnitOfWork:
    """The request's opener, on `stream` by itself, with the arguments `secrets` left out of the key's fingerprint: a
    password could be guessed from it. What is kept as the answer is up to the command."""
    opener = service.open_uow
    arguments = {name: value for name, value in opener.arguments.items() if name not in secrets}
    return replace(opener, arguments=arguments, stream=stream)


@dataclass(frozen=True)
class SignInUnitOfWork(RequestUnitOfWork):
    """The opener of a sign-in's request: its key is claimed without arguments, and a repeat is refused, as
    there is no answer to give again."""

    @contextmanager
    def __call__(self, stream=None, *, caller: Caller | None = None, part: str = "") -> Iterator[UnitOfWork]:
        try:
            with super().__call__(stream, caller=caller, part=part) as uow:
                yield uow
        except AnsweredBefore as before:
            raise ServiceProblem("outcome-unknown", "This sign-in was answered before. Sign in again.") from before


def require_development(service: Service) -> None:
    """Raise `not-found` in a system that is none of development: what follows does not exist there."""
    if not service.config["settings"].development:
        raise not_found()


def open_sign_in_uow(service: Service) -> SignInUnitOfWork:
    """The opener for a request that signs somebody in, or sets what they sign in by."""
    opener = service.open_uow
    return SignInUnitOfWork(opener.session, opener.service, opener.caller, opener.operation, {})
