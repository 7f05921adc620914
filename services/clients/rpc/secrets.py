"""Writes whose arguments hold a secret."""

from contextlib import contextmanager

from chassis.errors import ServiceProblem
from chassis.events.event import SYSTEM
from chassis.events.unit_of_work import AnsweredBefore, unit_of_work


def secret_write(rpc, operation: str, *secret: str, stream=SYSTEM):
    """`write` for a command with the arguments `secret` among its own: no fingerprint is taken of those, a password
    could be guessed from it. What is kept as its answer is up to the command. It holds `stream` unless the command says
    another.
    """
    _token, arguments = rpc.incoming
    plain, usual = {name: value for name, value in arguments.items() if name not in secret}, stream
    return lambda stream=usual, caller=None: unit_of_work(
        rpc.session, rpc.name, caller or rpc.caller, stream, operation, plain
    )


def sign_in_write(rpc, operation: str):
    """A unit of work for what lets somebody in: its key is claimed without arguments, and its answer is not kept."""

    @contextmanager
    def write(caller, stream=SYSTEM):
        try:
            with unit_of_work(rpc.session, rpc.name, caller, stream, operation, {}) as uow:
                yield uow
        except AnsweredBefore as before:
            raise ServiceProblem("outcome-unknown", "This sign-in was answered before. Sign in again.") from before

    return write
