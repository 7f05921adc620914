"""/api/v1/openapi.json: what programs may rely on, as OpenAPI 3.1."""

from functools import cache
from pathlib import Path

from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway.routing import api
from gateway.turn import Turn

# Generated from the routes and the doors by `python -m deploy.docs`; the gateway knows no door's schema.
DOCUMENT = Path(__file__).resolve().parent.parent / "openapi.json"


@api("/openapi.json", access=Access.SIGNED_IN, gives="OpenApi")
def openapi(turn: Turn) -> Response:
    """This document."""
    turn.identify()
    return Response(_text(), mimetype="application/json")


@cache
def _text() -> bytes:
    return DOCUMENT.read_bytes()
