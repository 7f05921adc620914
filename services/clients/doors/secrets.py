"""Writes whose arguments hold a secret."""

from chassis.events import SYSTEM
from chassis.unit_of_work import unit_of_work


def secret_write(door, operation: str, *secret: str):
    """`write` for a command with the arguments `secret` among its own: no fingerprint is taken of those, a password could be
    guessed from it. What is kept as its answer is up to the command."""
    _token, arguments = door.incoming
    plain = {name: value for name, value in arguments.items() if name not in secret}
    return lambda stream=SYSTEM, caller=None: unit_of_work(door.session, door.name, caller or door.caller, stream, operation,
                                                           plain)
