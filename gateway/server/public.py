"""Routes of both origins that anybody may use: the start pages and static files."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import not_found
from chassis.permissions import Access
from gateway.http import cookies
from gateway.http.context import RequestContext
from gateway.http.routing import BOTH, PORTAL, page
from gateway.ui import assets


@page("/", access=Access.PUBLIC, origin=BOTH)
def start(ctx: RequestContext) -> Response:
    """Redirect to the admin's start page, or to the portal's."""
    in_portal = cookies.origin_of(ctx.request, ctx.settings) == PORTAL
    return redirect("/dashboard" if in_portal else "/admin", 303)


@page("/static/<path:rest>", access=Access.PUBLIC, origin=BOTH)
def static_file(ctx: RequestContext, rest: str) -> Response:
    """A file of the interface; under its own version it may be kept for ever."""
    asset = assets.find(rest)
    if asset is None:
        raise not_found()
    response = Response(asset.body, content_type=asset.content_type)
    if asset.gzip is not None and "gzip" in ctx.request.accept_encodings:
        response.set_data(asset.gzip)
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(asset.etag)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if asset.immutable else "no-cache"
    return response.make_conditional(ctx.request)
