"""Documents that are generated from the code: `python -m tools.docs` writes them, `--check` says which are stale (exit
1).

docs/events.md is what subscribers read; services/X/contracts/rpc.json and events.json are each service's contract for
programs; gateway/openapi.json is the HTTP API.
"""

import json
from pathlib import Path

from marshmallow import Schema, fields, missing

from chassis.events.event import CATALOGUE
from tools.docs.openapi import openapi
from tools.docs.service_classes import SERVICES, service_class

ROOT = Path(__file__).resolve().parents[2]
TITLES = {"clients": "Clients", "billing": "Billing", "support": "Support"}

# JSON Schema's type and format of a field, by the name of its class or by its marshmallow class (the first that fits).
NAMED_TYPES = {
    "MoneyField": ("object", "money"),
    "IdField": ("string", "id"),
    "PathId": ("string", "id"),
    "CurrencyField": ("string", "currency"),
    "MomentField": ("string", "date or date-time"),
}
TYPES = {
    fields.Boolean: ("boolean",),
    fields.Integer: ("integer",),
    fields.Decimal: ("string", "decimal"),
    fields.DateTime: ("string", "date-time"),
    fields.Date: ("string", "date"),
    fields.UUID: ("string", "id"),
    fields.String: ("string",),
    fields.Dict: ("object",),
}

HEADER = """\
# Events

Generated from the code by `python -m tools.docs`; do not edit. What other services may live on: a name, once released, stays.

An event is a JSON body in CloudEvents' structured mode: `specversion, id (UUIDv7), type, source (services/clients),
subject (client id or null), time, dataschema`, plus `stream`, `sequence`, `actor{kind: staff|contact|system, id, name}`,
`acting_as{contact_id, name}|null`, `cause` (request id), `facts{…}`, `personal{…}`, `changes[{field, old, new}]`.

- **Where.** Exchange `<service>.events` (topic), routing key = type; persistent, `message-id` = `id`. Bind a durable queue
  with `#` or with the types you want. Delivery is at least once: drop an `id` that you have seen.
- **Order.** A stream is one service and one client, or one service and `system` for what has no client. Within a stream
  `sequence` rises by one in the order of commits, and messages are published in that order. Across services there is none.
- **Facts.** Besides those of the tables every event has `facts.entity{type, id}` and `facts.commitments{name: hash}`. Money
  is `{"amount": "12.50", "currency": "EUR"}`, an id a string, a time RFC 3339 in UTC.
- **Personal.** What is about a person stands in `personal{name: {salt, value}}` alone, bound to the facts by
  `commitments[name] = sha256(salt ‖ canonical value)`; `actor_name`, `acting_as_name` and `ip` may be in each event. A field
  of `changes` that is listed as personal says `"personal": true` there; its `{old, new}` is the value of
  `personal["changes.<field>"]`.
- **Versions.** Inside `.v1` there are only optional additions.
"""


def events_of(service: str) -> list[type]:
    """The event classes that `service` publishes, by type; none for a service that publishes nothing."""
    service_class(service)
    home = f"services.{service}."
    return [CATALOGUE[name] for name in sorted(CATALOGUE) if CATALOGUE[name].__module__.startswith(home)]


def events_page() -> str:
    """docs/events.md: the rules that hold for every event, then a table for each service."""
    return "\n".join([HEADER, *(_events_section(service) for service in TITLES)])


def _events_section(service: str) -> str:
    lines = [f"## {TITLES[service]}", "", "| type | stream | when | facts | personal |", "|---|---|---|---|---|"]
    for event in events_of(service):
        stream = "system" if event.system_stream else "client"
        facts = ", ".join(
            f"`{name}` {_type_word(field)}" for name, field in sorted(event.facts_schema().fields.items())
        )
        personal = ", ".join(
            [f"`{name}`" for name in sorted(event.personal_names)] + ["each change"] * event.every_change_is_personal
        )
        lines.append(f"| `{event.type}` | {stream} | {_when(event)} | {facts} | {personal} |")
    return "\n".join([*lines, ""])


def _when(event: type) -> str:
    return " ".join((event.__doc__ or "").split())


def _type_word(field: fields.Field) -> str:
    """A field's type in a few words, for people: "money", "list of string", "integer or null", "{by: integer}"."""
    described = describe_field(field)
    return _words_of(described) + (" or null" if described.get("nullable") else "")


def _words_of(described: dict) -> str:
    if described["type"] == "array":
        return f"list of {_words_of(described['items'])}"
    if "properties" in described:
        return "{" + ", ".join(described["properties"]) + "}"
    return described.get("format") or described["type"]


def describe_schema(schema: type[Schema] | None) -> dict:
    """The fields of a schema by the names that they have on the wire."""
    if schema is None:
        return {}
    named = {field.data_key or name: field for name, field in schema().fields.items()}
    return {name: describe_field(named[name]) for name in sorted(named)}


def describe_field(field: fields.Field) -> dict:
    """A field as JSON Schema's words have it, with `required`, `nullable` and `default` where they say something."""
    described = _type_of(field)
    if field.required:
        described["required"] = True
    if field.allow_none:
        described["nullable"] = True
    if field.load_default is not missing and not callable(field.load_default) and field.load_default is not None:
        described["default"] = field.load_default
    choices = [choice for check in field.validators for choice in getattr(check, "choices", ())]
    if choices:
        described["enum"] = [str(choice) for choice in choices]
    return described


def _type_of(field: fields.Field) -> dict:
    if type(field).__name__ in NAMED_TYPES:
        return dict(zip(("type", "format"), NAMED_TYPES[type(field).__name__], strict=True))
    if isinstance(field, fields.List):
        return {"type": "array", "items": describe_field(field.inner)}
    if isinstance(field, fields.Nested):
        properties = describe_schema(type(field.schema))
        kind = {
            "type": "object",
            **({"format": "money"} if set(properties) == {"amount", "currency"} else {"properties": properties}),
        }
        return {"type": "array", "items": kind} if field.many else kind
    words = next((words for kind, words in TYPES.items() if isinstance(field, kind)), ("any",))
    return dict(zip(("type", "format"), words, strict=False))


def rpc_contract(service: str) -> dict:
    """The RPC methods of a service: name, what it promises, the permission it asks for, the arguments it takes."""
    rpc_methods = service_class(service)
    methods = {
        name: getattr(rpc_methods, name) for name in dir(rpc_methods) if hasattr(getattr(rpc_methods, name), "contract")
    }
    return {
        "service": service,
        "methods": [
            {
                "name": f"{service}.{name}",
                "promises": _when(method),
                "access": str(method.contract.access),
                "arguments": describe_schema(method.contract.request),
            }
            for name, method in sorted(methods.items())
        ],
    }


def events_contract(service: str) -> dict:
    """What a service publishes, and on which exchange."""
    return {
        "service": service,
        "exchange": f"{service}.events",
        "events": [
            {
                "type": event.type,
                "stream": "system" if event.system_stream else "client",
                "when": _when(event),
                "facts": describe_schema(event.facts_schema),
                "personal": sorted(event.personal_names),
            }
            for event in events_of(service)
        ],
    }


def documents() -> dict[Path, str]:
    """All generated files with the text that they should have."""
    pages = {ROOT / "docs/events.md": events_page(), ROOT / "gateway/openapi.json": _json(openapi())}
    for service in SERVICES:
        contracts = ROOT / "services" / service / "contracts"
        pages[contracts / "rpc.json"] = _json(rpc_contract(service))
        pages[contracts / "events.json"] = _json(events_contract(service))
    return pages


def _json(value: dict) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def stale() -> list[Path]:
    """The generated files that differ from what the code says."""
    return [path for path, text in documents().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
