"""The client list as a file: /api/v1/clients/export."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.client_export import MEDIA, export, new_id
from gateway.composition.client_list import FILTERS
from gateway.http.context import BATCH_SECONDS, RequestContext
from gateway.http.routing import api


@api(
    "/clients/export",
    access=Permission.CLIENTS_EXPORT,
    rpc="clients.start_export",
    query=("format", "fields", *FILTERS),
    seconds=BATCH_SECONDS,  # a workbook is made as a whole before its first byte leaves
    media=tuple(media.partition(";")[0] for media in MEDIA.values()),
)
def export_clients(ctx: RequestContext) -> Response:
    """The list as it is filtered, as `?format=csv` or `xlsx`, in the order of `sort`, with the columns that `fields` names:
    commas between them, none are the standard ones. The log says who took it."""
    return export(ctx, new_id(), **ctx.params)
