"""Rate limit of sign-ins: attempts are counted before a password is looked at, so that many at once do not slip
through together.

An attempt counts in three buckets: this account from this address, this account from anywhere, this address for any
account. Codes of a second factor, one's own password asked again, and mails for a forgotten one have buckets of their
own. The first ones are free; each further one has to wait twice as long. Whoever knows an account's email can so not
keep its owner out: from an address that the owner has signed in from, the account's own bucket is not asked.
"""

import math
from collections.abc import Iterable

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.models import SignInAttempts

FREE = {"pair": 5, "account": 50, "address": 50, "code": 5, "codes": 20, "own": 5, "mail": 3}
LONGEST_WAIT = 900
FORGOTTEN_AFTER = "1 hour"

_COUNT = text(f"""
    INSERT INTO identity.sign_in_attempts AS a (bucket, failures, last_at, blocked_until)
    VALUES (:bucket, 1, clock_timestamp(), clock_timestamp())
    ON CONFLICT (bucket) DO UPDATE SET
      failures = CASE WHEN a.last_at < now() - interval '{FORGOTTEN_AFTER}' THEN 1 ELSE a.failures + 1 END,
      last_at = clock_timestamp(),
      blocked_until = clock_timestamp() + make_interval(secs => CASE
        WHEN a.last_at < now() - interval '{FORGOTTEN_AFTER}' OR a.failures + 1 < :free THEN 0
        ELSE least({LONGEST_WAIT}, power(2, least(a.failures + 1 - :free, 20))) END)
    WHERE a.blocked_until <= clock_timestamp()
    RETURNING failures
""")
_TAKE_BACK = text("""
    UPDATE identity.sign_in_attempts SET failures = greatest(failures - 1, 0), blocked_until = clock_timestamp()
    WHERE bucket = ANY(:buckets)
""")


def count_attempt(session: Session, account: str, ip: str | None, known: bool) -> dict[str, str]:
    """Count one attempt and commit; returns the buckets it counts in. Raises `too-many-requests` when it has to wait.

    `account` names whose it is, the same for one that does not exist; `known`: its owner was signed in from this
    address.
    """
    buckets = {"pair": f"pair {account} {ip}", "address": f"address {ip}"}
    if not known:
        buckets["account"] = f"account {account}"
    return _count(session, buckets)


def count_code(session: Session, owner_id, ip: str | None, known: bool) -> dict[str, str]:
    """Count one code of a second factor, as `count_attempt`: whoever knows the password gets few tries, from
    anywhere."""
    buckets = {"code": f"code {owner_id} {ip}"}
    if not known:
        buckets["codes"] = f"codes {owner_id}"
    return _count(session, buckets)


def count_password_check(session: Session, login_id, ip: str | None) -> dict[str, str]:
    """Count one try at the password of somebody who is signed in, as `count_attempt`."""
    return _count(session, {"own": f"own {login_id} {ip}"})


def count_mail(session: Session, account: str, ip: str | None) -> bool:
    """Count one asking for a mail to `account`; False once it has had enough for now, which the answer does not show.

    Raises `too-many-requests` for an address that asks for too many.
    """
    _count(session, {"address": f"address {ip}"})
    try:
        _count(session, {"mail": f"mail {account}"})
    except ServiceProblem:
        return False
    return True


def was_here(session: Session, owner, owner_id, ip: str | None) -> bool:
    """Whether `owner_id` has had a session from this address; `owner` is the sessions' column that names their
    owner."""
    sessions = owner.class_
    return session.scalar(select(sessions.id).where(owner == owner_id, sessions.ip == ip).limit(1)) is not None


def forget_buckets(session: Session, buckets: dict[str, str]) -> None:
    """The attempt was good: these buckets start anew. The caller commits."""
    session.execute(delete(SignInAttempts).where(SignInAttempts.bucket.in_(buckets.values())))


def _count(session: Session, buckets: dict[str, str]) -> dict[str, str]:
    hashed = {kind: rules.sha256_hex(name) for kind, name in sorted(buckets.items())}
    for kind, bucket in hashed.items():
        if session.execute(_COUNT, {"bucket": bucket, "free": FREE[kind]}).first() is None:
            session.rollback()
            raise _too_many(session, hashed.values())
    session.commit()
    return hashed


def forget_attempt(session: Session, buckets: dict[str, str]) -> None:
    """The attempt was good: the pair starts anew, the shared buckets do not count it. The caller commits."""
    session.execute(delete(SignInAttempts).where(SignInAttempts.bucket == buckets["pair"]))
    session.execute(_TAKE_BACK, {"buckets": list(buckets.values())})


def _too_many(session: Session, buckets: Iterable[str]) -> ServiceProblem:
    wait = session.scalar(
        select(func.max(func.extract("epoch", SignInAttempts.blocked_until - func.clock_timestamp()))).where(
            SignInAttempts.bucket.in_(list(buckets))
        )
    )
    seconds = max(1, math.ceil(wait or 1))
    session.rollback()
    return ServiceProblem("too-many-requests", f"Too many attempts. Try again in {seconds} s.", retry_after=seconds)
