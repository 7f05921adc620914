"""Generated documents: `python -m tools.docs` writes them from the code, `--check` names those that are stale (exit 1).

docs/events.md is what subscribers read; services/X/contracts/rpc.json and asyncapi.json are each service's contract for
programs; gateway/openapi.json is the HTTP API, gateway/asyncapi.json the events of all; commerce_events/catalogue has
them as dataclasses for subscribers, commerce_client the HTTP API as functions for programs.
"""

import json
from pathlib import Path

from marshmallow import Schema

from deploy.services import PUBLISHERS, SERVICES
from tools.docs.asyncapi import events_of, service_document, system_document
from tools.docs.client_source import client_source
from tools.docs.event_dataclasses import ServiceModule, catalogue
from tools.docs.json_schema import CURRENCY, DECIMAL, ID, MONEY, schema_of
from tools.docs.openapi import components, openapi
from tools.docs.service_classes import service_class

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 120

# What a person reads in place of these schemas.
WORDS = ((MONEY, "money"), (ID, "id"), (DECIMAL, "decimal"), (CURRENCY, "currency"))

HEADER = """\
# Events

Generated from the code by `python -m tools.docs`; do not edit. What other services may live on: a name, once released, stays.
[subscribing.md](subscribing.md) says how a program receives them, each once and in order, from the first one on.

An event is a CloudEvent 1.0 in structured mode, of content type `application/cloudevents+json`: `specversion, id (UUIDv7),
type, source (services/clients), subject (client id), time, dataschema`, plus `stream`, `sequence`, `epoch`, `cause` (the id
of the request, or of the bulk job) and `traceparent` (W3C Trace Context); what is null is left out. Its `data` has
`actor{kind: staff|contact|system, id, name}`, `acting_as{contact_id, name}|null`, `facts{…}`, `personal{…}` and
`changes[{field, old, new}]`.

- **Schemas.** `dataschema` is where the gateway answers the JSON Schema (2020-12) of the type, with an example, to an API
  token: `/api/v1/schemas/events/<type>.json`. In the outbox, and in events of before, it is `urn:commerce:<service>:<type>`,
  which is the schema's `$id`. `/api/v1/asyncapi.json` ([the file](../gateway/asyncapi.json)) has all events as AsyncAPI 3,
  `services/<service>/contracts/asyncapi.json` those of one service; `/api/docs` is both APIs to be read.
- **Where.** Exchange `<service>.events` (topic), routing key = type; persistent, `message-id` = `id`. Bind a durable queue
  with `#` or with the types you want; a subscriber's user may use queues named `<user>.<name>`, and Nameko's own, alone.
  Nameko and kombu read the content type once it is registered as JSON, as the settings that `./dev subscriber` prints do.
- **Doubles.** Delivery is at least once: write each `id` into a table with a unique key, in the transaction of its effect, and
  acknowledge after the commit; drop one that is there.
- **History.** `GET /api/v1/events` and `./dev replay` bring every event again; what a replay sends has `"replayed": true`, and
  ends with a message of type `replay.ended.v1`, which is in no outbox.
- **Restore.** `epoch` is 1 (or missing) until a backup is restored, and greater with each restore: sequences went back to where
  they were in the backup, and `system.restored.v1` says so.
- **Before.** `actor`, `facts`, `personal` and `changes` stand beside `data` too for one version, where they were before, unless
  the message would then be over its size. Read those in `data`; `acting_as`, whose name CloudEvents allows nowhere else, is
  there alone.
- **Order.** A stream is one service and one client, or one service and `system` for what has no client. Within a stream
  `sequence` rises by one in the order of commits, and messages are published in that order. Across services there is none.
- **Facts.** Besides those of the tables every event has `facts.entity{type, id}` and `facts.commitments{name: hash}`. Money
  is `{"amount": "12.50", "currency": "EUR"}`, an id a string, a time RFC 3339 in UTC.
- **Personal.** What is about a person stands in `personal{name: {salt, value}}` alone, bound to the facts by
  `commitments[name] = sha256(salt ‖ canonical value)`; `actor_name`, `acting_as_name` and `ip` may be in each event. A field
  of `changes` that is listed as personal says `"personal": true` there; its `{old, new}` is the value of
  `personal["changes.<field>"]`.
- **Size.** A message has 256 KiB at most; what would be larger is shortened where it is made, and whole in its entity. First
  the longest old and new values of `changes` become `{"excerpt": first 120 characters, "length": of the whole in
  characters, "sha256": of its canonical JSON}`, a list read as its lines. Then texts of the facts become such an excerpt,
  and `facts.shortened` has their `length` and `sha256` by JSON Pointer (`{"/lines/3/description": {…}}`).
- **Versions.** Inside `.v1` there are only optional additions.
"""


def events_page() -> str:
    """docs/events.md: the rules that hold for every event, then a table for each service."""
    return "\n".join([HEADER, *(_events_section(service) for service in PUBLISHERS)])


def _events_section(service: str) -> str:
    lines = [f"## {service.capitalize()}", "", "| type | stream | when | facts | personal |", "|---|---|---|---|---|"]
    for event in events_of(service):
        stream = "system" if event.system_stream else "client"
        described = schema_of(event.facts_schema(), closed=False)["properties"]
        facts = ", ".join(f"`{name}` {_words_of(described[name])}" for name in sorted(described))
        personal = ", ".join(
            [f"`{name}`" for name in sorted(event.personal_names)] + ["each change"] * event.every_change_is_personal
        )
        lines.append(f"| `{event.type}` | {stream} | {_when(event)} | {facts} | {personal} |")
    return "\n".join([*lines, ""])


def _when(event: type) -> str:
    return " ".join((event.__doc__ or "").split())


def _words_of(described: dict) -> str:
    """A type in a few words, for people: "money", "list of string", "integer or null", "{by, reason}"."""
    if "anyOf" in described:
        return " or ".join(_words_of(one) for one in described["anyOf"])
    if described.get("type") == "array":
        return f"list of {_words_of(described['items'])}"
    if "properties" in described:
        return "{" + ", ".join(sorted(described["properties"])) + "}"
    known = next((words for schema, words in WORDS if schema == described), None)
    return known or described.get("format") or described.get("type", "anything")


def rpc_contract(service: str) -> dict:
    """The RPC methods of a service: name, promise, the permission it asks for, whether it is about the client of the
    signed context, and JSON Schema of its arguments and its answer."""
    rpc_methods = service_class(service)
    methods = {
        name: getattr(rpc_methods, name) for name in dir(rpc_methods) if hasattr(getattr(rpc_methods, name), "contract")
    }
    described = [
        {
            "name": f"{service}.{name}",
            "promises": _when(method),
            "access": str(method.contract.access),
            "of_client": method.contract.of_client,
            **({"step_up": True} if method.contract.step_up else {}),
            "arguments": schema_of((method.contract.request or Schema)()),
            "answer": schema_of(method.contract.response(), closed=False) if method.contract.response else {},
        }
        for name, method in sorted(methods.items())
    ]
    return _with_components({"service": service, "methods": described})


def _with_components(document: dict) -> dict:
    """`document` with the schema of money, where it refers to that."""
    if MONEY["$ref"] not in str(document):
        return document
    return {**document, "components": {"schemas": {"Money": components()["schemas"]["Money"]}}}


def documents() -> dict[Path, str]:
    """All generated files with the text that they should have."""
    pages = {
        ROOT / "docs/events.md": events_page(),
        ROOT / "gateway/openapi.json": as_json(openapi()),
        ROOT / "gateway/asyncapi.json": as_json(system_document()),
    }
    package = ROOT / "commerce_events/catalogue"
    pages[package / "__init__.py"] = catalogue(PUBLISHERS)
    pages |= {package / f"{service}.py": ServiceModule(service).text() for service in PUBLISHERS}
    pages |= {ROOT / "commerce_client" / name: source for name, source in client_source(openapi()).items()}
    for service in SERVICES:
        contracts = ROOT / "services" / service / "contracts"
        pages[contracts / "rpc.json"] = as_json(rpc_contract(service))
        pages[contracts / "asyncapi.json"] = as_json(service_document(service))
    return pages


def as_json(document: dict) -> str:
    """The text of a JSON file: an object or a list stands on one line where that is short enough to be read."""
    return _json(document) + "\n"


def _json(value, indent: str = "") -> str:
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= WIDTH or not isinstance(value, (dict, list)):
        return line
    deeper = indent + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_json(part, deeper)}" for name, part in value.items()]
    else:
        parts = [_json(part, deeper) for part in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(deeper + part for part in parts) + "\n" + indent + closing


def stale() -> list[Path]:
    """The generated files that differ from what the code says."""
    return [path for path, text in documents().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
