"""Password hash (argon2id), worked out beside the event loop, two at once; when many wait for theirs the next is refused."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from chassis import green
from chassis.errors import ServiceProblem
from chassis.limits import WaitingLine
from services.clients import rules

WAITING = 8  # of the workers of a process: the others go on answering
RETRY_SECONDS = 3
COST = {"time_cost": 2, "memory_cost": 19456, "parallelism": 1}  # the least of OWASP's Password Storage Cheat Sheet
_line = WaitingLine(green.BLOCKING_THREADS, WAITING)
COMMON = frozenset((Path(__file__).parent / "vendor" / "common_passwords.txt").read_text(encoding="utf-8").split())
PRODUCT = "Commerce"
_WORD = re.compile(r"\w{4,}")


def fault(password: str, known: Iterable[str] = ()) -> str | None:
    """A sentence when `password` cannot be used, else None: its length, that it is among those found in breaches, or
    that little is left of it without the words that others know of its owner (`known`: names, emails) and of us."""
    if found := rules.password_fault(password):
        return found
    if password.casefold() in COMMON:
        return "Too many people use this password. Choose another one."
    if _is_known(password, known):
        return "This is little more than a name or an email that others know. Choose another one."
    return None


def _is_known(password: str, known: Iterable[str]) -> bool:
    folded = left = rules.fold(password)
    for word in sorted(_WORD.findall(rules.fold(" ".join((PRODUCT, *known)))), key=len, reverse=True):
        left = left.replace(word, "")
    return left != folded and len(left) < rules.PASSWORD_LENGTH[0]


def hash_password(password: str) -> str:
    """An argon2id hash of `password`, with its salt and parameters in it."""
    return _beside_the_loop(_hasher().hash, password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one behind `password_hash`; without a hash the same work is done, and the answer is
    no."""
    return _beside_the_loop(_verify, password, password_hash)


def _beside_the_loop(function, *args):
    busy = ServiceProblem(
        "too-many-requests",
        f"More people sign in than can be checked at once. Try again in {RETRY_SECONDS} s.",
        retry_after=RETRY_SECONDS,
    )
    with _line.turn(busy):
        return green.run_blocking(function, *args)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(**COST)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody's password")


def _verify(password: str, password_hash: str | None) -> bool:
    nobodys = _nobodys_hash()  # made at the first check, whoever is checked: its time says nothing
    try:
        return _hasher().verify(password_hash or nobodys, password) and password_hash is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
