"""Live: /admin/live, the server-sent events of one open page (gateway/live)."""

import re
from collections.abc import Callable
from functools import partial

from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem, field_problem
from chassis.http.protocol import DRAINING, READER_LEFT
from chassis.permissions import Permission
from gateway.composition.record_tabs import TAB_BAR
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.routing import page
from gateway.live.hub import HUB, Hub
from gateway.live.notices import milliseconds
from gateway.live.presence import Colleague
from gateway.live.watch import Watch

MOST_ROWS = 200
PLACES = {**TAB_BAR, "edit": "Profile", "billing": "Billing", "status": "Status", "tags": "Tags"}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"[0-9]{1,15}")


@page("/admin/live", access=Permission.CLIENTS_VIEW)
def live(ctx: RequestContext) -> Response:
    """The changes of the client list's `rows`, or of one `record`, whose `tab` the page shows or whose `form` it fills in."""
    asked = parameters(ctx.request, "rows", "record", "tab", "form")
    ctx.identify()
    watch, colleague = _watch(ctx, asked), None
    if watch.record is not None:
        edits = "form" in asked
        place = PLACES.get(asked.get("form" if edits else "tab", ""), TAB_BAR[""])
        colleague = Colleague(ctx.caller.id, ctx.caller.name, place, edits, milliseconds())
    hub: Hub = ctx.request.environ[HUB]
    hub.join(watch, _last_told(ctx.request), colleague)
    return _stream(ctx.request, hub, watch)


def _stream(request: Request, hub: Hub, watch: Watch) -> Response:
    """The stream, which holds nothing of the request: it outlives its worker by far."""
    response = Response(watch.stream(is_over(request.environ)), mimetype="text/event-stream")
    response.call_on_close(partial(hub.leave, watch))
    request.environ["eventlet.minimum_write_chunk_size"] = 0
    return response


def is_over(environ: dict) -> Callable[[], bool]:
    """Whether nobody waits for a stream any more, or its process drains."""
    ends = [environ[name] for name in (READER_LEFT, DRAINING) if name in environ]
    return lambda: any(end() for end in ends)


def _watch(ctx: RequestContext, asked: dict[str, str]) -> Watch:
    rows = frozenset(asked["rows"].split(",")) if "rows" in asked else frozenset()
    record = asked.get("record")
    if len(rows) > MOST_ROWS or any(not _ID.fullmatch(one) for one in rows):
        raise field_problem("/rows", f"Name up to {MOST_ROWS} clients by their ids.")
    if record is not None and not _ID.fullmatch(record):
        raise field_problem("/record", "Not an id.")
    if (record is None) == ("rows" not in asked):
        raise ServiceProblem("validation", "Name the rows of a list, or one record.")
    return Watch(ctx.caller.id, rows=rows, record=record)


def _last_told(request: Request) -> int | None:
    """The moment that the page was told everything up to, of its `Last-Event-ID`; None for what is none."""
    given = request.headers.get("Last-Event-ID", "")
    return int(given) if _MOMENT.fullmatch(given) else None
