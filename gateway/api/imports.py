"""Imports: /api/v1/imports, clients, invoices and lines out of CSV files."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.schemas import FILE, one_of
from gateway.composition import imports
from gateway.composition.csv_files.columns import KINDS
from gateway.composition.csv_files.dialect import ENCODINGS
from gateway.composition.csv_files.reader import MAX_BYTES, require_columns
from gateway.composition.uploads import SOURCE_LENGTH, read_upload
from gateway.http.context import RequestContext
from gateway.http.responses import as_json
from gateway.http.routing import api

UPLOAD_SECONDS = 120.0
UPLOAD = {
    **dict.fromkeys(KINDS, FILE),
    "source": {"type": "string", "maxLength": SOURCE_LENGTH, "default": "csv"},
    "allow_duplicate_email": one_of("true", "false"),
    "encoding": one_of(*ENCODINGS),
}
COUNTED = ("rows", "imported", "unchanged", "failed")


@api(
    "/imports",
    access=Permission.CLIENTS_CREATE,
    method="POST",
    max_body=MAX_BYTES,
    seconds=UPLOAD_SECONDS,
    differs=UPLOAD,
    response="Import",
    status=202,
)
def create_import(ctx: RequestContext) -> Response:
    """Take the files and begin at once; answers 202 with the import's id. Columns go by their names; the files' `encoding`
    is recognised unless it is given, and `reading.certain` is false where that is a guess."""
    ctx.identify()
    files, source, meant = read_upload(ctx.request)
    mappings = {file.kind: file.matches() for file in files}
    for file in files:
        require_columns(file, mappings[file.kind])
    import_id = imports.stage(ctx, files, source, meant, keep=False)
    imports.start(ctx, import_id, mappings)
    return as_json(imports.state(ctx, import_id), 202, Location=f"/api/v1/imports/{import_id}")


@api(
    "/imports/<import_id>",
    access=Permission.CLIENTS_CREATE,
    rpc="clients.list_import_failures",
    query=("after", "before"),
    response="ImportProgress",
)
def get_import(ctx: RequestContext, import_id: str) -> Response:
    """Progress, counts over all files, and a page of failed rows (`after` leads on)."""
    state = imports.state(ctx, import_id)
    counts = {name: sum(file[name] for file in state["files"]) for name in COUNTED}
    failed = imports.failures(ctx, state, **ctx.params)
    return as_json({**state, "counts": counts, "failures": failed["data"], "page": failed["page"]})
