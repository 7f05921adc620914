"""Activity log: /api/v1/activity, its verification and its export, of all clients and of one."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.api.schemas import one_of
from gateway.composition.activity import VERIFY_SECONDS, verify
from gateway.composition.activity_export import FORMATS, export
from gateway.http.context import RequestContext
from gateway.http.query_params import PAGING
from gateway.http.responses import as_json
from gateway.http.routing import api

FILTERS = ("q", "category", "actor", "from", "to")
EXPORT = {
    "rpc": "audit.export_activity",
    "query": ("format", *FILTERS),
    "media": ("text/csv", "application/jsonl"),
    "differs": {"format": one_of(*FORMATS)},
}

forward(
    "/activity",
    "audit.list_all_activity",
    summary="The log of all clients and the system, newest first; a row has also `client_id`",
    access=Permission.ACTIVITY_VIEW,
    query=(*FILTERS, *PAGING),
    response="AllActivity",
)


@api(
    "/activity/verify",
    access=Permission.ACTIVITY_VIEW,
    seconds=VERIFY_SECONDS,
    rpc="audit.verify_system",
    response="Verdict",
)
def verify_system(ctx: RequestContext) -> Response:
    """Whether the `system` chain holds: `{entries, head, valid, first_bad_seq|null, gaps, …}`."""
    return as_json(verify(ctx, "audit.verify_system"))


@api(
    "/clients/<client_id>/activity/verify",
    access=Permission.CLIENTS_VIEW,
    seconds=VERIFY_SECONDS,
    rpc="audit.verify_activity",
    response="Verdict",
)
def verify_client(ctx: RequestContext, client_id: str) -> Response:
    """Whether the client's chain holds, and has all that the services have published."""
    return as_json(verify(ctx, "audit.verify_activity", client_id=ctx.check_client(client_id)))


@api("/activity/export", access=Permission.ACTIVITY_EXPORT, **EXPORT)
def export_all(ctx: RequestContext) -> Response:
    """All chains as `?format=csv` or `jsonl`, with the filters of the list."""
    return export(ctx, ctx.params.pop("format", None), ctx.params)


@api("/clients/<client_id>/activity/export", access=Permission.ACTIVITY_EXPORT, **EXPORT)
def export_client(ctx: RequestContext, client_id: str) -> Response:
    """One client's chain."""
    ctx.check_client(client_id)
    return export(ctx, ctx.params.pop("format", None), ctx.params)
