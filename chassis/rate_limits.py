"""Rate limits of people and programs: one table with its defaults, which `COMMERCE_RATE_LIMITS` changes by name.

A limit of the portal or of mail is counted in the database of the service that owns what is counted, by the rows
themselves, in the transaction that adds the next one; so it holds over all replicas. Those of requests are counted by
each process of the gateway. Sign-ins have limits of their own, in the clients service.
"""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass

from chassis.errors import ServiceProblem

HOUR, DAY = 3600, 86_400
MOST_KEYS = 10_000


@dataclass(frozen=True)
class RateLimit:
    """So many within so many seconds; without seconds, so many at a time. `reached` says so to people."""

    most: int
    seconds: int | None
    reached: str


LIMITS = {
    "tickets-of-client": RateLimit(10, HOUR, "You have opened many tickets within an hour"),
    "replies-of-client": RateLimit(60, HOUR, "You have written many replies within an hour"),
    "orders-of-client": RateLimit(20, HOUR, "You have placed many orders within an hour"),
    "unpaid-orders-of-client": RateLimit(10, None, "Several of your orders wait for payment. Pay or cancel one first"),
    "mails-of-client": RateLimit(20, HOUR, "You have asked for many mails within an hour"),
    "mails-to-recipient": RateLimit(3, HOUR, "This address was sent several mails within an hour"),
    "mails-to-recipient-a-day": RateLimit(10, DAY, "This address was sent many mails within a day"),
    "invitations-to-recipient": RateLimit(3, HOUR, "This address was sent several invitations within an hour"),
    "resends-of-invoice": RateLimit(5, HOUR, "This invoice was sent again several times within an hour"),
    "resends-to-client": RateLimit(20, HOUR, "This client was sent many invoices again within an hour"),
    "password-links-of-account": RateLimit(
        5, HOUR, "Several links to a password were made for this account within an hour"
    ),
    "requests-of-token": RateLimit(600, 60, "This API token was used for many requests within a minute"),
    "writes-of-token": RateLimit(300, 60, "This API token was used for many changes within a minute"),
    "requests-of-address": RateLimit(3000, 60, "There were many requests from your address within a minute"),
}

_most: dict[str, int] = {}


def configure(most: dict[str, int]) -> None:
    """Have the limits named in `most` allow so many in this process, and the others as many as the table says."""
    _most.clear()
    _most.update(most)


def most_of(name: str) -> int:
    """How many the limit allows."""
    return _most.get(name, LIMITS[name].most)


def refusal(name: str, wait: float) -> ServiceProblem:
    """The refusal by a limit, with the seconds after which it is worth while to try again."""
    seconds, limit = max(1, math.ceil(wait)), LIMITS[name]
    when = "" if limit.seconds is None else f" Try again in {_in_words(seconds)}."
    return ServiceProblem(
        "too-many-requests", f"{limit.reached}. Nothing was done.{when}", retry_after=seconds, limit=name
    )


def _in_words(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{math.ceil(seconds / 60)} min"


class Meter:
    """Counts what one process was asked for, by limit and key, each time from the first one until the limit's seconds are
    over. Keys that were used longest ago are forgotten first."""

    def __init__(self, now=time.monotonic):
        self._now, self._used = now, OrderedDict[tuple[str, str], tuple[float, int]]()

    def take(self, name: str, key: str) -> None:
        """Count one; raises `too-many-requests` when the limit is reached."""
        now = self._now()
        since, used = self._counted(name, key, now)
        if used >= most_of(name):
            raise refusal(name, since + LIMITS[name].seconds - now)
        self._used[name, key] = since, used + 1
        self._used.move_to_end((name, key))
        if len(self._used) > MOST_KEYS:
            self._used.popitem(last=False)

    def left(self, name: str, key: str) -> tuple[int, int]:
        """How many more there may be, and after how many seconds there may be all again."""
        now = self._now()
        since, used = self._counted(name, key, now)
        return max(0, most_of(name) - used), math.ceil(since + LIMITS[name].seconds - now)

    def _counted(self, name: str, key: str, now: float) -> tuple[float, int]:
        """Since when it is counted, and how many there were."""
        since, used = self._used.get((name, key), (now, 0))
        return (now, 0) if since + LIMITS[name].seconds <= now else (since, used)
