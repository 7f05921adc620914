"""Documents of both APIs, which `python -m tools.docs` generates: the gateway knows neither an RPC method's schema nor an
event's."""

import json
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
OPENAPI, ASYNCAPI = "openapi.json", "asyncapi.json"


@cache
def text_of(name: str) -> bytes:
    """A document as it stands in its file."""
    return (HOME / name).read_bytes()


@cache
def document(name: str) -> dict:
    """A document, to be read only."""
    return json.loads(text_of(name))


@cache
def event_schemas() -> dict[str, dict]:
    """The JSON Schema of each event type."""
    return {type: payload["schema"] for type, payload in document(ASYNCAPI)["components"]["schemas"].items()}
