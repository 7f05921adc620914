"""gateway/openapi.json: the API as OpenAPI 3.1, out of the routes, the schemas of the RPC methods behind them and
gateway/api/schemas."""

import re

from marshmallow.fields import Field

from chassis.errors import PROBLEMS
from chassis.permissions import Access
from chassis.rpc.server import RpcContract
from chassis.settings import Settings
from chassis.types.fields import PageArguments
from gateway.api.schemas import ETAGGED, SCHEMAS
from gateway.api.schemas.values import ID, TEXT, many, ref
from gateway.http.routing import API_PREFIX, FIELDS, ROUTES, VALIDATE_ONLY, Route
from gateway.server.application import Application
from tools.docs.json_schema import field_of, properties_of, required_of, schema_of
from tools.docs.service_classes import service_class

ABOUT = """\
Clients, their services, invoices, orders, domains, tickets, notes, credit and log.

Errors are `application/problem+json`. Unknown fields and parameters are 422 and named. Every write takes an `Idempotency-Key`:
the same key with the same body gets the first answer again. Lists page by cursor (`after`, `before`). Money is a decimal string
with its currency. A request that is no HTTP that can be read in one way only, or too long in its head, is refused before any of
this, and its connection ends (400, 408, 414, 431)."""

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 16, "maxLength": 255},
    "description": "Makes a retry safe: the same key with the same body gets the first answer again.",
}
TEXT_FILES = ("text/csv", "application/jsonl")
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    "description": "The ETag of what was read; 412 when it has changed since.",
}

CHOSEN = {
    "type": "string",
    "pattern": r"^[\w-]+(\.[\w-]+)*(,[\w-]+(\.[\w-]+)*)*$",
    "description": "Only these fields of the record, or of each row: names with commas between them, and a dot to what is "
    "inside one (`id,group.name`). Fields that are not named are missing, also those that are always there.",
}
VALIDATED = {
    "type": "boolean",
    "default": False,
    "description": "Check and refuse as ever, and do nothing: 204 where it would be done. The Idempotency-Key stays unused.",
}

RATES = {
    "RateLimit": {
        "description": "What is left: for each limit how many requests (`r`), and after how many seconds there may be "
        "all again (`t`). Not on the answer to a session, which has no limit.",
        "schema": {"type": "string"},
        "example": '"requests-of-token";r=598;t=42, "writes-of-token";r=300;t=60',
    },
    "RateLimit-Policy": {
        "description": "The limits: how many requests (`q`) within how many seconds (`w`).",
        "schema": {"type": "string"},
        "example": '"requests-of-token";q=600;w=60, "writes-of-token";q=300;w=60',
    },
}
RETRY_AFTER = {"description": "Seconds after which to ask again.", "schema": {"type": "integer"}, "required": True}


def api_routes() -> list[Route]:
    """The routes below /api/v1, by path and method."""
    Application(Settings(development=True))
    return sorted((route for route in ROUTES if route.kind == "api"), key=lambda route: (route.path, route.method))


def path_of(route: Route) -> str:
    """A route's path as OpenAPI writes it, below the server's address."""
    return re.sub(r"<(\w+)>", r"{\1}", route.path.removeprefix(API_PREFIX))


def openapi() -> dict:
    """The whole document."""
    paths: dict[str, dict] = {}
    for route in api_routes():
        paths.setdefault(path_of(route), {})[route.method.lower()] = operation(route)
    shared = components()
    shared["schemas"] = dict(sorted((_with_named_rows(shared["schemas"]) | _requests(paths)).items()))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Commerce", "version": "1", "description": ABOUT},
        "servers": [{"url": API_PREFIX}],
        "paths": paths,
        "components": shared,
    }


def _with_named_rows(schemas: dict[str, dict]) -> dict[str, dict]:
    """The schemas with the row of each list under a name of its own (`ClientsRow`), which generators give its class."""
    named = {}
    for name, schema in schemas.items():
        row = schema.get("properties", {}).get("data", {}).get("items", {})
        if row.get("type") == "object":
            named[f"{name}Row"] = row
            schema = {**schema, "properties": {**schema["properties"], "data": many(ref(f"{name}Row"))}}
        named[name] = schema
    return named


def _requests(paths: dict[str, dict]) -> dict[str, dict]:
    """The bodies by names of their own (`AddNoteRequest`), which stand in their place afterwards."""
    found = {}
    for operation in (operation for operations in paths.values() for operation in operations.values()):
        name = "".join(word.capitalize() for word in operation["operationId"].split("_")) + "Request"
        for content in operation.get("requestBody", {}).get("content", {}).values():
            found[name] = content["schema"]
            content["schema"] = ref(name)
    return found


def components() -> dict:
    """What the operations share."""
    problems = {
        f"Problem{status}": {
            "description": " or ".join(titles),
            "headers": {**_rates(), **({"Retry-After": RETRY_AFTER} if status in (429, 503, 504) else {})},
            "content": {"application/problem+json": {"schema": ref("Problem")}},
        }
        for status, titles in _titles().items()
    }
    return {
        "schemas": response_schemas(),
        "responses": {
            "Validated": {"description": "With `validate_only`: it would be done. Nothing was.", "headers": _rates()},
            **problems,
        },
        "headers": RATES,
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "A staff member's API token."},
            "session": {"type": "apiKey", "in": "cookie", "name": "__Host-commerce-admin"},
            "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
        },
    }


def _rates() -> dict[str, dict]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in RATES}


def response_schemas() -> dict[str, dict]:
    """Every response schema by name: those of gateway/api/schemas, for others what the RPC method of the route answers."""
    named = dict(SCHEMAS)
    for route in api_routes():
        if route.contract.response is not None and route.contract.response not in named:
            named[route.contract.response] = _answer_schema(route)
    return dict(sorted(named.items()))


def _answer_schema(route: Route) -> dict:
    """What the RPC method behind `route` answers, as the API forwards it; it names its response schema, or none can."""
    contract = _rpc_contract(route)
    if contract.response is None:
        raise LookupError(f"neither gateway/api/schemas nor {route.contract.rpc} describes {route.contract.response}")
    described = _extensible(schema_of(contract.response()))
    if "limit" not in route.contract.query:
        return described
    properties = {**described["properties"], "page": ref("Page"), "unavailable": many(TEXT)}
    return {**described, "properties": properties, "required": list(properties)}


def _extensible(schema):
    """The schema of an answer, which may have further fields in later versions."""
    if isinstance(schema, list):
        return [_extensible(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _extensible(part) for name, part in schema.items() if (name, part) != ("additionalProperties", False)}


def _titles() -> dict[int, list[str]]:
    titles: dict[int, list[str]] = {}
    for status, title in sorted(PROBLEMS.values()):
        titles.setdefault(status, []).append(title)
    return titles


def operation(route: Route) -> dict:
    """One operation: what it takes, what it answers, who may."""
    summary, _, rest = " ".join((route.handler.__doc__ or "").split()).partition(". ")
    described = {
        "operationId": route.handler.__name__,
        "summary": summary.rstrip("."),
        **({"description": rest} if rest else {}),
        "tags": [_section(route)],
        "parameters": [*_path(route), *_query(route), *_headers(route)],
        "responses": {
            str(route.contract.status): _answer(route),
            **({} if route.method == "GET" else {"204": {"$ref": "#/components/responses/Validated"}}),
            **_problems(route),
        },
        "security": [{"token": []}, {"session": [], **({} if route.method == "GET" else {"csrf": []})}],
        "x-permission": str(route.access),
    }
    body = _body(route)
    return {**described, "requestBody": body} if body else described


def _section(route: Route) -> str:
    """The part of the API that a route belongs to: a client's collection, or the first word of its path."""
    words = path_of(route).split("/")[1:]
    if words[0] == "schemas" or words[0].endswith(".json"):
        return "documents"
    return words[2] if words[0] == "clients" and len(words) > 2 else words[0]


def _path(route: Route) -> list[dict]:
    return [
        {"name": name, "in": "path", "required": True, "schema": route.contract.differs.get(name, ID)}
        for name in re.findall(r"<(\w+)>", route.path)
    ]


def _query(route: Route) -> list[dict]:
    contract = route.contract
    if not contract.query:
        return []
    request = _rpc_contract(route).request if contract.rpc else None
    fields = {**properties_of(PageArguments()), **(properties_of(request()) if request else {})}
    described = {name: field_of(field) for name, field in fields.items()} if route.method == "GET" else {}
    taken = {**described, **({FIELDS: CHOSEN} if contract.chosen else {}), VALIDATE_ONLY: VALIDATED, **contract.differs}
    needed = {*contract.differs, *(name for name, field in fields.items() if field.required and name in described)}
    return [_parameter(name, _without_null(taken[name]), name in needed) for name in contract.query]


def _parameter(name: str, schema: dict, required: bool) -> dict:
    """A parameter of the query; what it means is said of it, not of its schema."""
    return {
        "name": name,
        "in": "query",
        **{key: value for key, value in schema.items() if key == "description"},
        "schema": {key: value for key, value in schema.items() if key != "description"},
        **({"required": True} if required else {"allowEmptyValue": True}),
    }


def _without_null(schema: dict) -> dict:
    """A parameter is given or left out, never null."""
    if {"type": "null"} not in schema.get("anyOf", ()):
        return schema
    kinds = [kind for kind in schema["anyOf"] if kind != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**kinds[0], **rest} if len(kinds) == 1 else {**rest, "anyOf": kinds}


def _headers(route: Route) -> list[dict]:
    needed = route.contract.if_match
    return [
        *([{**KEY, "required": route.needs_key}] if route.method != "GET" else []),
        *([{**IF_MATCH, "required": needed == "required"}] if needed else []),
    ]


def _rpc_contract(route: Route) -> RpcContract:
    """The contract of the RPC method behind a route."""
    service, _, rpc = route.contract.rpc.partition(".")
    return getattr(service_class(service), rpc).contract


def _body(route: Route) -> dict | None:
    contract = route.contract
    if not contract.body:
        return None
    if contract.rpc is None and not contract.differs:
        return {"content": {"application/json": {"schema": {"type": "object"}}}}
    if contract.rpc is None:
        form = {"type": "object", "properties": dict(contract.differs), "additionalProperties": False}
        return {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    schema = _rpc_contract(route).request()
    known = {*re.findall(r"<(\w+)>", route.path), *(["version"] if contract.if_match else [])}
    describe = _left_as_it_is if route.method == "PATCH" else field_of
    taken = {
        name: contract.differs.get(name) or describe(field)
        for name, field in properties_of(schema).items()
        if name not in known
    }
    required = [name for name in required_of(schema) if name not in known]
    described = {"type": "object", "properties": taken, "additionalProperties": False}
    if required:
        described["required"] = required
    return {
        "required": bool(required) or route.method != "POST",
        "content": {"application/json": {"schema": described}},
    }


def _left_as_it_is(field: Field) -> dict:
    """A field of a change, without default: a generated client sends the defaults of what it was not given."""
    return {name: value for name, value in field_of(field).items() if name != "default"}


def _file(kind: str) -> dict:
    """A file of this kind: text, or bytes, which a generator must not read as text."""
    return {"type": "string"} if kind in TEXT_FILES else {"type": "string", "format": "binary"}


def _answer(route: Route) -> dict:
    contract = route.contract
    if contract.media:
        return {
            "description": "The file.",
            "headers": _rates(),
            "content": {kind: {"schema": _file(kind)} for kind in contract.media},
        }
    headers = _rates()
    if contract.response in ETAGGED:
        headers["ETag"] = {"required": True, "schema": IF_MATCH["schema"]}
    if contract.status in (201, 202) and any(
        other.method == "GET" and re.fullmatch(re.escape(route.path) + "/<[^/]+>", other.path) for other in ROUTES
    ):
        headers["Location"] = {"required": True, "schema": {"type": "string", "format": "uri-reference"}}
    return {
        "description": "What it says.",
        "headers": headers,
        "content": {"application/json": {"schema": ref(contract.response) if contract.response else {}}},
    }


def _problems(route: Route) -> dict:
    """The problems that a route can answer with, whatever it is about."""
    writes, contract = route.method != "GET", route.contract
    statuses = {400, 401, 422, 429, 500, 503}
    statuses |= {403} if writes or route.access is not Access.SIGNED_IN else set()
    statuses |= {404} if "<" in route.path else set()
    statuses |= {414} if contract.query else set()
    statuses |= {408, 409, 413, 415, 504} if writes else set()
    statuses |= {412, 428} if contract.if_match else set()
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)}
