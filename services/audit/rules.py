"""The log's pure rules: which chain and category an event belongs to, what an entry's hash covers. chains.py verifies.

The hash of an entry is

    SHA-256( lp("commerce.activity.v1") ‖ lp(prev) ‖ lp(field 1) ‖ … ‖ lp(field 17) )

where lp(x) is the length of x in bytes as eight bytes, big end first, then x; `prev` is the 32 bytes of the entry
before (GENESIS, 32 zero bytes, for the first of a chain); and each field of HASHED, in that order, is the canonical
JSON of its value (UTF-8, keys sorted, no spaces, nothing escaped that need not be; ids as strings, times as
2026-11-22T17:02:03.004005Z, what is missing as null). The personal part is not covered; `facts.commitments` binds it:
it can be erased, and the chain still holds.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from chassis.events.event import SYSTEM, canonical, commitment

DOMAIN = b"commerce.activity.v1"
GENESIS = bytes(32)
HASHED = (
    "chain",
    "seq",
    "event_id",
    "type",
    "category",
    "source",
    "sequence",
    "occurred_at",
    "received_at",
    "actor_kind",
    "actor_id",
    "acting_as",
    "entity_type",
    "entity_id",
    "cause",
    "facts",
    "changes",
)

ACTOR_KINDS = ("staff", "contact", "system", "anonymous")
CATEGORIES = (
    "Clients",
    "Contacts",
    "Notes",
    "Invoices",
    "Payments",
    "Credits",
    "Orders",
    "Services",
    "Domains",
    "Tickets",
    "Staff",
    "Settings",
    "Impersonation",
)
_BY_PREFIX = {
    "client": "Clients",
    "bulk_job": "Clients",
    "client_list": "Clients",
    "billing_account": "Clients",
    "contact": "Contacts",
    "note": "Notes",
    "invoice": "Invoices",
    "payment": "Payments",
    "credit": "Credits",
    "order": "Orders",
    "subscription": "Services",
    "suspension_batch": "Services",
    "domain": "Domains",
    "ticket": "Tickets",
    "staff": "Staff",
    "system": "Settings",
    "parked_message": "Settings",
    "group": "Settings",
    "tag": "Settings",
    "custom_field": "Settings",
    "product": "Settings",
    "view": "Settings",
    "webhook_endpoint": "Settings",
    "impersonation": "Impersonation",
}
_BY_SOURCE = {"services/clients": "Clients", "services/billing": "Invoices", "services/support": "Tickets"}


def chain_of(stream: str) -> str:
    """The chain that an event of `stream` is logged in: its client's, or `system` for all that belongs to no one
    client."""
    try:
        return str(uuid.UUID(stream))
    except ValueError:
        return SYSTEM


def category_of(event_type: str, source: str = "") -> str:
    """One of CATEGORIES. An unknown type goes by its source, so that nothing is left out of the log."""
    return _BY_PREFIX.get(event_type.split(".")[0]) or _BY_SOURCE.get(source, "Settings")


def entry_hash(prev: bytes, entry: Mapping[str, Any]) -> bytes:
    """The 32 bytes that seal `entry` (a mapping with at least the fields of HASHED) behind the entry whose hash is
    `prev`."""
    digest = hashlib.sha256()
    for part in (DOMAIN, prev, *(canonical(plain(entry[field])) for field in HASHED)):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def plain(value: Any) -> Any:
    """A field's value as JSON has it: ids as strings, times in UTC with microseconds; what is JSON already stays."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value


def entry_of(event: Mapping[str, Any], received_at: datetime) -> dict:
    """The unsealed entry of an event's message: all columns but `seq`, `prev` and `hash`.

    Raises ValueError when a personal value is not the one that the event's facts commit to.
    """
    facts = event["facts"]
    if not personal_is_bound(facts, event["personal"]):
        raise ValueError("a personal value differs from its commitment")
    entity = facts.get("entity") or {}
    acting_as = event["acting_as"]
    return {
        "chain": chain_of(event["stream"]),
        "event_id": uuid.UUID(event["id"]),
        "type": event["type"],
        "category": category_of(event["type"], event["source"]),
        "source": event["source"],
        "sequence": event["sequence"],
        "occurred_at": datetime.fromisoformat(event["time"]),
        "received_at": received_at,
        "actor_kind": event["actor"].get("kind") or "anonymous",
        "actor_id": event["actor"].get("id"),
        "acting_as": acting_as and acting_as.get("contact_id"),
        "entity_type": entity.get("type") or event["type"].split(".")[0],
        "entity_id": entity.get("id"),
        "cause": event["cause"],
        "facts": facts,
        "changes": event["changes"],
        "personal": event["personal"] or None,
    }


def personal_is_bound(facts: Mapping[str, Any], personal: Mapping[str, Any] | None) -> bool:
    """Whether each personal value that is still there is the one that `facts.commitments` names. Erased ones may be
    missing."""
    commitments = facts.get("commitments") or {}
    try:
        return all(
            commitments[name] == commitment(part["salt"], part["value"]) for name, part in (personal or {}).items()
        )
    except (KeyError, TypeError, ValueError):
        return False


def seal(
    entries: Iterable[dict], heads: Mapping[str, tuple[int, bytes]]
) -> tuple[list[dict], dict[str, tuple[int, bytes]]]:
    """Number and chain `entries`, in their order, behind the `heads` {chain: (seq, hash)}.

    Returns the entries with `seq`, `prev` and `hash`, and the new heads of the chains they belong to.
    """
    sealed, ends = [], dict(heads)
    for entry in entries:
        seq, prev = ends.get(entry["chain"], (0, GENESIS))
        entry = {**entry, "seq": seq + 1}
        sealed.append({**entry, "prev": prev, "hash": entry_hash(prev, entry)})
        ends[entry["chain"]] = (seq + 1, sealed[-1]["hash"])
    return sealed, ends
