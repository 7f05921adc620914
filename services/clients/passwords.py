"""Password hash (argon2id), worked out beside the event loop, at most two at once."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from chassis import green
from services.clients import rules

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

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
    return green.run_blocking(_hasher.hash, password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one behind `password_hash`; without a hash the same work is done, and the answer is
    no."""
    return green.run_blocking(_verify, password, password_hash or _nobodys_hash()) and password_hash is not None


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's password")
