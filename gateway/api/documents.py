"""Documents: /api/v1/openapi.json and /api/v1/asyncapi.json, what programs and subscribers may rely on, and the schema of
each event, where its `dataschema` leads."""

from werkzeug.wrappers import Response

from chassis.errors import not_found
from chassis.permissions import Access
from gateway.composition.documents import ASYNCAPI, OPENAPI, event_schemas, text_of
from gateway.http.context import RequestContext
from gateway.http.responses import as_json
from gateway.http.routing import api

EVENT_TYPE = {"type": "string", "description": "An event type such as client.created.v1."}


@api("/openapi.json", access=Access.SIGNED_IN, response="OpenApi")
def openapi(ctx: RequestContext) -> Response:
    """This document."""
    ctx.identify()
    return Response(text_of(OPENAPI), mimetype="application/json")


@api("/asyncapi.json", access=Access.SIGNED_IN, response="AsyncApi")
def asyncapi(ctx: RequestContext) -> Response:
    """The events, as an AsyncAPI 3 document."""
    ctx.identify()
    return Response(text_of(ASYNCAPI), mimetype="application/json")


@api(
    "/schemas/events/<event_type>.json",
    access=Access.SIGNED_IN,
    response="JsonSchema",
    differs={"event_type": EVENT_TYPE},
)
def event_schema(ctx: RequestContext, event_type: str) -> Response:
    """The JSON Schema of an event type. An event's `dataschema` leads here."""
    ctx.identify()
    schema = event_schemas().get(event_type)
    if schema is None:
        raise not_found()
    return as_json(schema)
