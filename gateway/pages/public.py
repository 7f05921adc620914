"""What anybody may have: the way in and static files."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import not_found
from chassis.permissions import Access
from gateway import assets, sessions
from gateway.routing import BOTH, PORTAL, page
from gateway.turn import Turn


@page("/", access=Access.PUBLIC, origin=BOTH)
def start(turn: Turn) -> Response:
    """The admin's start is its client list, the portal's its dashboard."""
    in_portal = sessions.origin_of(turn.request, turn.settings) == PORTAL
    return redirect("/dashboard" if in_portal else "/admin/clients", 303)


@page("/admin", access=Access.PUBLIC)
def admin_start(turn: Turn) -> Response:
    """Short for the client list."""
    return redirect("/admin/clients", 303)


@page("/static/<path:rest>", access=Access.PUBLIC, origin=BOTH)
def static_file(turn: Turn, rest: str) -> Response:
    """A file of the interface; under its own version it may be kept for ever."""
    asset = assets.find(rest)
    if asset is None:
        raise not_found()
    response = Response(asset.body, content_type=asset.content_type)
    if asset.gzip is not None and "gzip" in turn.request.accept_encodings:
        response.set_data(asset.gzip)
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(asset.etag)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if asset.immutable else "no-cache"
    return response.make_conditional(turn.request)
