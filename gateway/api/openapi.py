"""OpenAPI document: /api/v1/openapi.json, what programs may rely on."""

from functools import cache
from pathlib import Path

from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway.http.context import RequestContext
from gateway.http.routing import api

# Generated from the routes and the RPC methods by `python -m tools.docs`; the gateway knows no RPC method's schema.
DOCUMENT = Path(__file__).resolve().parent.parent / "openapi.json"


@api("/openapi.json", access=Access.SIGNED_IN, response="OpenApi")
def openapi(ctx: RequestContext) -> Response:
    """This document."""
    ctx.identify()
    return Response(_text(), mimetype="application/json")


@cache
def _text() -> bytes:
    return DOCUMENT.read_bytes()
