"""JSON Schema (2020-12) of each event type as a message of it leaves: a CloudEvent, with an example."""

import json

from chassis.events.event import PARTS
from tools.docs.event_examples import example_of
from tools.docs.json_schema import ID, MONEY, NULL, schema_of
from tools.docs.openapi import components

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 1}
MOMENT = {"type": "string", "format": "date-time"}

# What all events are made of; each schema has those that it refers to as its own `$defs`.
SHARED = {
    "Money": components()["schemas"]["Money"],
    "Actor": {
        "type": "object",
        "description": "Who did it. The name is personal, and null once it is erased.",
        "properties": {
            "kind": {"type": "string", "enum": ["staff", "contact", "system", "anonymous"]},
            "id": {"anyOf": [TEXT, NULL]},
            "name": {"anyOf": [TEXT, NULL]},
        },
        "required": ["kind", "id", "name"],
    },
    "ActingAs": {
        "type": "object",
        "description": "The contact as whom a staff member was logged in.",
        "properties": {"contact_id": ID, "name": {"anyOf": [TEXT, NULL]}},
        "required": ["contact_id", "name"],
    },
    "Personal": {
        "type": "object",
        "description": "A personal value; `facts.commitments` has sha256(salt ‖ its canonical JSON).",
        "properties": {"salt": {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "value": {}},
        "required": ["salt", "value"],
    },
    "Change": {
        "type": "object",
        "description": "A field that changed. A personal one has its values in `personal` as changes.<field>.",
        "properties": {"field": TEXT, "old": {}, "new": {}, "personal": {"const": True}},
        "required": ["field", "old", "new"],
    },
}


def event_schema(event: type, service: str) -> dict:
    """The schema of the messages of one event type. It is open: what is added later is optional, and stands beside this."""
    parts = _parts(event)
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:commerce:{service}:{event.type}",
        "title": event.type,
        "description": " ".join((event.__doc__ or "").split()),
        "type": "object",
        "properties": {**_attributes(event, service), "data": _object(parts), **_before(parts)},
        "required": ["specversion", "id", "type", "source", "time", "dataschema", "stream", "sequence", "data"],
    }
    described = _own_references(described)
    named = {name: shared for name, shared in SHARED.items() if f'"#/$defs/{name}"' in json.dumps(described)}
    return {**described, "$defs": named, "examples": [example_of(event, service, parts["facts"])]}


def _attributes(event: type, service: str) -> dict:
    """CloudEvents' own attributes, and those of ours; what is null is left out."""
    about_client = {"subject": {**ID, "description": "The client."}}
    return {
        "specversion": {"const": "1.0"},
        "id": {**ID, "description": "UUIDv7; the same in every delivery, so drop one that you have seen."},
        "type": {"const": event.type},
        "source": {"const": f"services/{service}"},
        **({} if event.system_stream else about_client),
        "time": MOMENT,
        "dataschema": {"type": "string", "format": "uri", "description": "The address of this schema."},
        "stream": {**TEXT, "description": "Within it the order is kept: the client's id, or system."},
        "sequence": {**COUNT, "description": "Rises by one in the stream."},
        "epoch": {
            **COUNT,
            "description": "1 where it is missing; greater since a backup was restored, when sequences went back.",
        },
        "replayed": {"const": True, "description": "There in what a replay sends again, and nowhere else."},
        "cause": {**TEXT, "description": "The id of the request that set it off."},
        "traceparent": {
            **TEXT,
            "description": "The trace it was published in (W3C Trace Context), where there is one.",
        },
    }


def _parts(event: type) -> dict:
    facts = schema_of(event.facts_schema(), closed=False)
    personal = {name: {"$ref": "#/$defs/Personal"} for name in sorted({*event.personal_names, "actor_name", "ip"})}
    entity = {
        "type": "object",
        "properties": {"type": TEXT, "id": {"anyOf": [TEXT, NULL]}},
        "required": ["type", "id"],
    }
    always = {
        "entity": entity,
        "commitments": {"type": "object", "additionalProperties": TEXT},
        "shortened": {"type": "object", "description": "Of each text that is cut, by JSON Pointer: length and sha256."},
    }
    return {
        "facts": {
            **facts,
            "properties": {**facts["properties"], **always},
            "required": [*facts.get("required", []), "entity", "commitments"],
        },
        "personal": {"type": "object", "properties": personal, "additionalProperties": {"$ref": "#/$defs/Personal"}},
        "changes": {"type": "array", "items": {"$ref": "#/$defs/Change"}},
        "actor": {"$ref": "#/$defs/Actor"},
        "acting_as": {"anyOf": [{"$ref": "#/$defs/ActingAs"}, NULL]},
    }


def _object(parts: dict) -> dict:
    return {"type": "object", "properties": parts, "required": list(parts)}


def _before(parts: dict) -> dict:
    """Where the parts stood before CloudEvents; they stay there for one version, but in the largest messages."""
    return {
        name: {"deprecated": True, "$ref": f"#/properties/data/properties/{name}"}
        for name in PARTS
        if name in parts and name != "acting_as"
    }


def _own_references(schema):
    if isinstance(schema, list):
        return [_own_references(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema == MONEY:
        return {"$ref": "#/$defs/Money"}
    return {name: _own_references(part) for name, part in schema.items()}
