"""Password hash (argon2id), worked out beside the event loop, two at once; when many wait for theirs the next is refused."""

from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from chassis import green
from chassis.errors import ServiceProblem
from chassis.limits import WaitingLine
from services.clients import rules

WAITING = 8  # of the workers of a process: the others go on answering
RETRY_SECONDS = 3
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_line = WaitingLine(green.BLOCKING_THREADS, WAITING)
_NOBODYS_HASH = _hasher.hash("nobody's password")

COMMON = frozenset((Path(__file__).parent / "vendor" / "common_passwords.txt").read_text(encoding="utf-8").split())


def fault(password: str) -> str | None:
    """A sentence when `password` cannot be used, else None: its length, or that it is among the first that others would
    try."""
    return rules.password_fault(password) or (
        "Too many people use this password. Choose another one." if password.casefold() in COMMON else None
    )


def hash_password(password: str) -> str:
    """An argon2id hash of `password`, with its salt and parameters in it."""
    return _beside_the_loop(_hasher.hash, password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one behind `password_hash`; without a hash the same work is done, and the answer is
    no."""
    return _beside_the_loop(_verify, password, password_hash or _NOBODYS_HASH) and password_hash is not None


def _beside_the_loop(function, *args):
    busy = ServiceProblem(
        "too-many-requests",
        f"More people sign in than can be checked at once. Try again in {RETRY_SECONDS} s.",
        retry_after=RETRY_SECONDS,
    )
    with _line.turn(busy):
        return green.run_blocking(function, *args)


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
