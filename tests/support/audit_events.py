"""Handmade events as they come over the bus: the log must not know who publishes them."""

import uuid

from chassis.events.event import commit_all
from chassis.types.ids import new_id

CLIENT = "0192f0c1-0000-7000-8000-00000000c11e"
ADA = {"kind": "staff", "id": "0192f0c1-0000-7000-8000-0000000000ad"}


def message(
    type: str = "client.updated.v1",
    *,
    client_id: str | None = CLIENT,
    sequence: int = 1,
    facts: dict | None = None,
    personal: dict | None = None,
    changes: list | None = None,
    **members,
) -> dict:
    """A message of `type` with its personal values committed to; `members` replace whole members of the envelope."""
    parts = commit_all({"actor_name": "Ada Staff", "ip": "192.0.2.7", **(personal or {})})
    stored = {name: {"salt": part["salt"], "value": part["value"]} for name, part in parts.items()}
    return {
        "specversion": "1.0",
        "id": str(new_id()),
        "type": type,
        "source": "services/clients",
        "subject": client_id,
        "time": "2026-11-22T17:02:03.004Z",
        "dataschema": f"urn:commerce:clients:{type}",
        "stream": client_id or "system",
        "sequence": sequence,
        "actor": {**ADA, "name": "Ada Staff"},
        "acting_as": None,
        "cause": str(uuid.uuid4()),
        "facts": {
            "entity": {"type": type.split(".")[0], "id": client_id},
            **(facts or {}),
            "commitments": {name: part["commitment"] for name, part in parts.items()},
        },
        "personal": stored,
        "changes": changes or [],
        **members,
    }
