"""Password hash (argon2id), worked out beside the event loop, at most two at once."""

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from chassis import green
from services.clients import rules

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


COMMON = frozenset((Path(__file__).parent / "vendor" / "common_passwords.txt").read_text(encoding="utf-8").split())


def fault(password: str) -> str | None:
    """A sentence when `password` cannot be used, else None: its length, or that it is among the first that others would
    try."""
    return rules.password_fault(password) or (
        "Too many people use this password. Choose another one." if password.casefold() in COMMON else None
    )


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
