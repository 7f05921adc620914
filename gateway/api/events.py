"""Events: /api/v1/events, what the services have published, to be read again from any point."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.events import list_events
from gateway.http.context import RequestContext
from gateway.http.responses import as_json
from gateway.http.routing import api


@api(
    "/events",
    access=Permission.ACTIVITY_VIEW,
    rpc="clients.list_events",
    query=("limit", "after", "types", "client"),
    response="Events",
)
def events(ctx: RequestContext) -> Response:
    """Events of all services, oldest first. Each stream is in its order; across services there is none. `types` has commas
    between, `client` is a client's stream. `resume` is a cursor for ever: given as `after`, it answers what was
    published since. Personal values need the permission activity.export. A page may be empty although `page.next` is there."""
    return as_json(list_events(ctx, ctx.params))
