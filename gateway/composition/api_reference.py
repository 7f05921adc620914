"""API reference: the documents of both APIs as their pages show them."""

import json
from dataclasses import dataclass
from functools import cache

from gateway.composition.documents import ASYNCAPI, OPENAPI, document, event_schemas

DEEPEST = 5
JSON, KEY = "application/json", "Idempotency-Key"
NAMED = {"Money": "money"}
FORMATS = {"uuid": "id", "date-time": "time", "uri": "address"}


@dataclass(frozen=True)
class Row:
    """A field as a row: its name with those around it (`lines[].tax`), its kind in words, whether it is always there."""

    name: str
    kind: str
    always: bool
    about: str


@cache
def sections() -> dict[str, list[dict]]:
    """The operations of the HTTP API by section: method, path, id, summary, permission."""
    found: dict[str, list[dict]] = {}
    api = document(OPENAPI)
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            shown = {"method": method.upper(), "path": api["servers"][0]["url"] + path, "operation": operation}
            found.setdefault(operation["tags"][0], []).append(shown)
    return dict(sorted(found.items()))


def section(name: str) -> list[dict] | None:
    """The operations of one section with what they take and answer; None for one that is not there."""
    return _section(name) if name in sections() else None


@cache
def _section(name: str) -> list[dict]:
    return [_operation(**one) for one in sections()[name]]


def _operation(method: str, path: str, operation: dict) -> dict:
    api, body = document(OPENAPI), operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method,
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "permission": operation["x-permission"],
        "parameters": [
            Row(one["name"], f"{kind_of(one['schema'], api)}, in {one['in']}", one.get("required", False), _about(one))
            for one in operation["parameters"]
        ],
        "body": [row for content in body.values() for row in rows_of(content["schema"], api)],
        "body_kind": ", ".join(body),
        "sent": _sent(operation["parameters"], body, api),
        "answers": [_answer(status, one, api) for status, one in sorted(operation["responses"].items())],
    }


def _sent(parameters: list[dict], body: dict, api: dict) -> list[dict] | None:
    """What a form asks for to send an operation: `{name, where, required, value}`; None where a file is sent. A key of its own
    is made where none is given."""
    if not body.keys() <= {JSON}:
        return None
    asked = [
        {
            "name": one["name"],
            "where": one["in"],
            "required": one.get("required", False) and one["name"] != KEY,
            "value": "",
        }
        for one in parameters
    ]
    for content in body.values():
        rows = rows_of(content["schema"], api)
        needed = {row.name: "" for row in rows if row.always and row.name.isidentifier()}
        asked.append({"name": "body", "where": "body", "required": True, "value": json.dumps(needed, indent=2)})
    return asked


def _answer(status: str, response: dict, api: dict) -> dict:
    response = resolved(response, api)
    good = status < "400"
    content = response.get("content", {})
    return {
        "status": status,
        "about": response["description"],
        "media": ", ".join(content),
        "rows": [row for one in content.values() for row in rows_of(one.get("schema", {}), api)] if good else [],
    }


@cache
def events() -> dict[str, list[dict]]:
    """The messages by the exchange that they come from: type, when, stream."""
    api = document(ASYNCAPI)
    return {
        channel["bindings"]["amqp"]["exchange"]["name"]: [
            {"type": type, "when": message["summary"], "stream": message["x-stream"]}
            for type, message in ((type, api["components"]["messages"][type]) for type in channel["messages"])
        ]
        for channel in api["channels"].values()
    }


def event(type: str) -> dict | None:
    """One event type with its fields and an example; None for one that is not there."""
    return _event(type) if type in event_schemas() else None


@cache
def _event(type: str) -> dict:
    schema = event_schemas()[type]
    attributes = {**schema, "properties": {**schema["properties"]}}
    parts = attributes["properties"].pop("data")["properties"]
    attributes["properties"] = {
        name: part for name, part in attributes["properties"].items() if not part.get("deprecated")
    }
    exchange, shown = next((exchange, one) for exchange, all in events().items() for one in all if one["type"] == type)
    return {
        **shown,
        "exchange": exchange,
        "attributes": rows_of(attributes, schema),
        "parts": {name: rows_of(part, schema) for name, part in parts.items()},
        "example": json.dumps(schema["examples"][0], indent=2, ensure_ascii=False),
    }


def rows_of(schema: dict, root: dict, name: str = "", depth: int = 0) -> list[Row]:
    """The fields of an object, or of the objects of a list, each before those inside it."""
    schema = resolved(schema, root)
    if "items" in schema:
        return rows_of(schema["items"], root, f"{name}[]", depth)
    if "anyOf" in schema:
        return [row for one in schema["anyOf"] for row in rows_of(one, root, name, depth)]
    rows = []
    for field, part in schema.get("properties", {}).items():
        full = f"{name}.{field}" if name else field
        rows.append(Row(full, kind_of(part, root), field in schema.get("required", ()), _about(part)))
        if depth < DEEPEST and not _is_named(part):
            rows += rows_of(part, root, full, depth + 1)
    return rows


def kind_of(schema: dict, root: dict) -> str:
    """A kind of value in a few words: "text", "list of money", "id or null", "monthly, quarterly"."""
    if _is_named(schema):
        return NAMED[schema["$ref"].rpartition("/")[2]]
    schema = resolved(schema, root)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(kind_of(one, root) for one in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}), root)}"
    kind = {"string": "text", "integer": "whole number"}.get(schema.get("type", ""), schema.get("type", "anything"))
    return FORMATS.get(schema.get("format", ""), schema.get("format", kind)) + _bounds(schema)


def _bounds(schema: dict) -> str:
    low, high = schema.get("minLength", schema.get("minimum")), schema.get("maxLength", schema.get("maximum"))
    if low is None and high is None:
        return ""
    return f", {low if low is not None else ''} to {high}" if high is not None else f", from {low}"


def resolved(schema: dict, root: dict) -> dict:
    """What a reference inside the document `root` stands for; anything else is itself."""
    while "$ref" in schema:
        found = root
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def _is_named(schema: dict) -> bool:
    return schema.get("$ref", "").rpartition("/")[2] in NAMED


def _about(schema: dict) -> str:
    return schema.get("description", "")
