"""/api/v1/activity and …/activity/verify: the log of all clients, its proof, its export."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.schemas import one_of
from gateway.composition.activity import VERIFY_SECONDS
from gateway.composition.activity_export import FORMS, export
from gateway.http.context import RequestContext
from gateway.http.query_params import PAGING
from gateway.http.responses import as_json
from gateway.http.routing import api

FILTERS = ("category", "actor", "from", "to")
EXPORT = {
    "rpc": "audit.export_activity",
    "query": ("format", *FILTERS),
    "media": ("text/csv", "application/jsonl"),
    "differs": {"format": one_of(*FORMS)},
}


@api(
    "/activity",
    access=Permission.ACTIVITY_VIEW,
    rpc="audit.list_all_activity",
    query=(*FILTERS, *PAGING),
    response="AllActivity",
)
def all_activity(ctx: RequestContext) -> Response:
    """The log of all clients and the system, newest first; a row has also `client_id`."""
    return as_json({**ctx.call("audit.list_all_activity", **ctx.params), "unavailable": []})


@api("/activity/verify", access=Permission.ACTIVITY_VIEW, seconds=VERIFY_SECONDS, response="Verdict")
def verify_system(ctx: RequestContext) -> Response:
    """Whether the `system` chain holds: `{entries, head, valid, first_bad_seq|null, …}`."""
    return as_json(ctx.call("audit.verify_system", seconds=VERIFY_SECONDS))


@api("/clients/<client_id>/activity/verify", access=Permission.CLIENTS_VIEW, seconds=VERIFY_SECONDS, response="Verdict")
def verify_client(ctx: RequestContext, client_id: str) -> Response:
    """Whether the client's chain holds."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("audit.verify_activity", seconds=VERIFY_SECONDS, client_id=client["id"]))


@api("/activity/export", access=Permission.ACTIVITY_EXPORT, **EXPORT)
def export_all(ctx: RequestContext) -> Response:
    """All chains as `?format=csv` or `jsonl`, with the filters of the list."""
    return export(ctx, ctx.params.pop("format", None), ctx.params)


@api("/clients/<client_id>/activity/export", access=Permission.ACTIVITY_EXPORT, **EXPORT)
def export_client(ctx: RequestContext, client_id: str) -> Response:
    """One client's chain."""
    ctx.open_client(client_id)
    return export(ctx, ctx.params.pop("format", None), ctx.params)
