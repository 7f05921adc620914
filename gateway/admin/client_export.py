"""The client list as a file: /admin/clients/export."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.client_export import MEDIA, export, new_id
from gateway.composition.client_list import FILTERS
from gateway.composition.views import around_list
from gateway.http.context import RequestContext
from gateway.http.forms import given, show, typed
from gateway.http.query_params import parameters
from gateway.http.responses import as_json
from gateway.http.routing import page

LIST = "/admin/clients"


@page(f"{LIST}/export", access=Permission.CLIENTS_EXPORT)
def export_form(ctx: RequestContext) -> Response:
    """What the file will have: the list as it is filtered and sorted, in the columns that are shown."""
    asked = parameters(ctx.request, "view", *FILTERS)
    view = asked.pop("view", None)
    listed = ctx.call("clients.open_client_list", **asked, view=view, limit=1)
    pills = {name: asked[name] for name in ("group", "status", "tag") if name in asked}
    ids = {f"{format}_id": new_id() for format in MEDIA}
    sent = {**pills, **given(listed["asked"]), "fields": ",".join(listed["layout"]["columns"]), **ids}
    around = around_list(ctx, listed)
    return show(ctx, "clients/export.html", back=LIST, page=listed["page"], columns=around["columns"], sent=sent)


@page(f"{LIST}/export", access=Permission.CLIENTS_EXPORT, method="POST")
def export_file(ctx: RequestContext) -> Response:
    """The file; sent twice in one format it is in the log once."""
    ctx.identify()
    wanted = given(typed(ctx, "format", "fields", *FILTERS))
    export_id = ctx.request.form.get(f"{wanted.get('format')}_id", "")
    ctx.use_key(export_id)
    return export(ctx, export_id, **wanted)


@page(f"{LIST}/export/progress", access=Permission.CLIENTS_EXPORT)
def export_progress(ctx: RequestContext) -> Response:
    """How far one's own export has come, for the dialog's script."""
    asked = parameters(ctx.request, "id")
    return as_json(ctx.call("clients.get_export", export_id=asked.get("id", "")))
