"""API documentation: /api/docs, both APIs to be read, drawn from the documents that programs get."""

from werkzeug.wrappers import Response

from chassis.errors import not_found
from chassis.permissions import Access
from gateway.composition import api_reference
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

HOME = "/api/docs"


@page(HOME, access=Access.SIGNED_IN)
def contents(ctx: RequestContext) -> Response:
    """All operations and all events, each with a sentence."""
    parameters(ctx.request)
    ctx.identify()
    return as_page(ctx, "api_docs/contents.html", sections=api_reference.sections(), events=api_reference.events())


@page(f"{HOME}/http/<name>", access=Access.SIGNED_IN)
def section(ctx: RequestContext, name: str) -> Response:
    """The operations of one section; on a development system each with a form that tries it."""
    parameters(ctx.request)
    ctx.identify()
    operations = api_reference.section(name)
    if operations is None:
        raise not_found()
    development = ctx.settings.development
    return as_page(ctx, "api_docs/section.html", section=name, operations=operations, development=development)


@page(f"{HOME}/events/<event_type>", access=Access.SIGNED_IN)
def event(ctx: RequestContext, event_type: str) -> Response:
    """One event type."""
    parameters(ctx.request)
    ctx.identify()
    found = api_reference.event(event_type)
    if found is None:
        raise not_found()
    return as_page(ctx, "api_docs/event.html", event=found)
