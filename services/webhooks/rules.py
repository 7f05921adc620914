"""Rules of webhooks, pure functions: which events an endpoint wants, what a request holds, when it is tried again."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

SCHEMES = ("v1", "v1a")
"""How an endpoint's requests are signed: HMAC-SHA256 with a shared secret, or Ed25519 with a key of ours."""
STATUSES = ("enabled", "disabled")
REASONS = ("by_hand", "failing", "gone")
DELIVERY_STATUSES = ("waiting", "delivered", "failed")

MOST_ENDPOINTS = 200
MOST_FILTERS = 100
ALIVE_SECRETS = 3
KEPT_CHARACTERS = 4096
KEPT_FOR = timedelta(days=30)
DISABLED_AFTER = timedelta(days=5)

_SECOND, _MINUTE, _HOUR = 1, 60, 3600
RETRIES = (
    5 * _SECOND,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""Seconds between one attempt and the next, 75 hours together, as Standard Webhooks proposes."""
JITTER = 0.2
LONGEST_ASKED = 24 * _HOUR


def delay_after(tries: int, chance: float, asked: float = 0.0) -> float | None:
    """Seconds until the next attempt after `tries` that failed; None once there is none.

    `chance` (0 to 1) spreads it by JITTER; the receiver may have `asked` for more (Retry-After), a day at most.
    """
    if tries > len(RETRIES):
        return None
    return max(RETRIES[tries - 1] * (1 + JITTER * (2 * chance - 1)), min(asked, LONGEST_ASKED))


def wants(filters: Sequence[str], type: str) -> bool:
    """Whether an endpoint with these `filters` is sent events of `type`: all without any, else by its name, or by its
    beginning as in `invoice.*`."""
    return not filters or any(type.startswith(one[:-1]) if one.endswith(".*") else type == one for one in filters)


def public_part(message: Mapping[str, Any]) -> dict:
    """A message of the bus without personal values, as an endpoint is sent it; `timestamp` is its time, by the name that
    Standard Webhooks has."""
    head = {name: value for name, value in message.items() if name in _HEAD}
    data = message["data"]
    unnamed = {name: (who := data.get(name)) and {**who, "name": None} for name in _PEOPLE}
    return {**head, "timestamp": message["time"], "data": {**data, **unnamed, "personal": {}}}


def personal_part(message: Mapping[str, Any]) -> dict:
    """What `public_part` leaves out."""
    data = message["data"]
    return {"personal": data["personal"], **{name: (who := data.get(name)) and who["name"] for name in _PEOPLE}}


_PEOPLE = ("actor", "acting_as")
_HEAD = (
    "specversion",
    "id",
    "type",
    "source",
    "subject",
    "time",
    "dataschema",
    "stream",
    "sequence",
    "epoch",
    "cause",
)


def body_of(public: Mapping[str, Any], personal: Mapping[str, Any] | None) -> str:
    """The body of a request: JSON of one spelling, so that each attempt sends the same."""
    data = public["data"]
    if personal is not None:
        people = {name: data[name] and {**data[name], "name": personal[name]} for name in _PEOPLE}
        data = {**data, **people, "personal": personal["personal"]}
    return json.dumps({**public, "data": data}, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def cut(text: str) -> str:
    """As much of a text as the delivery log keeps, without what a database cannot hold."""
    return text[:KEPT_CHARACTERS].replace("\x00", "\ufffd")
