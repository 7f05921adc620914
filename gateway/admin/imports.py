"""Import CSV: upload, preview with the mapping, progress, summary with the failed rows to download."""

import secrets
from collections.abc import Iterator

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.permissions import Permission
from gateway.composition import imports
from gateway.composition.csv_files.columns import FIELDS, KINDS, missing
from gateway.composition.csv_files.dialect import DELIMITERS, ENCODINGS
from gateway.composition.csv_files.reader import MAX_BYTES
from gateway.composition.failed_rows import failed_rows
from gateway.composition.uploads import read_upload
from gateway.http.context import RequestContext
from gateway.http.csrf import CSRF_FIELD
from gateway.http.query_params import paged_parameters, parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

UPLOAD_SECONDS = 120.0


@page("/admin/clients/import", access=Permission.CLIENTS_CREATE)
def upload_form(ctx: RequestContext) -> Response:
    """Choose the files; mended ones are of the same source as before."""
    ctx.identify()
    asked = parameters(ctx.request, "source", "allow_duplicate_email")
    source, meant = asked.get("source", "csv"), asked.get("allow_duplicate_email") == "true"
    return _upload_page(ctx, [], {"source": source, "allow_duplicate_email": meant})


@page(
    "/admin/clients/import", access=Permission.CLIENTS_CREATE, method="POST", max_body=MAX_BYTES, seconds=UPLOAD_SECONDS
)
def upload(ctx: RequestContext) -> Response:
    """Stage the files and go to their preview; a file that cannot be read comes back with its reason."""
    ctx.identify()
    try:
        files, source, meant = read_upload(ctx.request, CSRF_FIELD, "idempotency_key")
        import_id = imports.stage(ctx, files, source, meant, keep=True)
    except ServiceProblem as problem:
        if problem.status != 422:
            raise
        form = ctx.request.form
        values = {
            "source": form.get("source", ""),
            "allow_duplicate_email": form.get("allow_duplicate_email") == "true",
        }
        return _upload_page(ctx, problem.errors, values, 422)
    return redirect(f"/admin/clients/import/{import_id}", 303)


def _upload_page(ctx: RequestContext, errors: list[dict], values: dict, status: int = 200) -> Response:
    return as_page(ctx, "import/upload.html", status, errors=errors, values=values, columns=FIELDS)


@page("/admin/clients/import/<import_id>", access=Permission.CLIENTS_CREATE)
def show_import(ctx: RequestContext, import_id: str) -> Response:
    """The import as it stands: its preview, its progress, or its summary."""
    asked = paged_parameters(ctx.request)
    state = imports.state(ctx, import_id)
    if state["status"] == "staged":
        return _preview(ctx, state, [])
    if state["status"] == "running":
        return as_page(ctx, "import/progress.html", **{"import": state})
    if ctx.is_fragment and ctx.request.headers.get("HX-Target") == "import":
        return Response(status=204, headers={"HX-Redirect": f"/admin/clients/import/{state['id']}"})
    return as_page(ctx, "import/summary.html", failures=imports.failures(ctx, state, **asked), **{"import": state})


def _preview(ctx: RequestContext, state: dict, errors: list, chosen: dict | None = None, status: int = 200) -> Response:
    files = imports.preview_files(state)
    if chosen is not None:
        for file in files:
            for column in file["columns"]:
                column["field"] = chosen[file["kind"]].get(column["name"])
    return as_page(
        ctx,
        "import/preview.html",
        status,
        files=files,
        errors=errors,
        idempotency_key=secrets.token_urlsafe(24),
        encodings=ENCODINGS,
        delimiters=DELIMITERS,
        **{"import": state},
    )


@page("/admin/clients/import/<import_id>/read", access=Permission.CLIENTS_CREATE, method="POST", seconds=UPLOAD_SECONDS)
def read_again(ctx: RequestContext, import_id: str) -> Response:
    """Read a file again in another encoding or with another delimiter; what cannot be read so comes back."""
    form = ctx.request.form
    ctx.use_key(form.get("idempotency_key"), required=True)
    kind = form.get("kind", "")
    encoding, delimiter = form.get(f"encoding.{kind}"), form.get(f"delimiter.{kind}")
    if kind not in KINDS or encoding not in ENCODINGS or delimiter not in DELIMITERS:
        raise field_problem("/kind", "Choose a file, an encoding and a delimiter of the list.")
    try:
        imports.read_again(ctx, import_id, kind, encoding, delimiter)
    except ServiceProblem as problem:
        if problem.status != 422:
            raise
        return _preview(ctx, imports.state(ctx, import_id), problem.errors, status=422)
    return redirect(f"/admin/clients/import/{import_id}", 303)


@page("/admin/clients/import/<import_id>/start", access=Permission.CLIENTS_CREATE, method="POST")
def start_import(ctx: RequestContext, import_id: str) -> Response:
    """Begin with the mapping that was chosen; one that lacks a required field, or fills one twice, comes back."""
    ctx.use_key(ctx.request.form.get("idempotency_key"), required=True)
    state = imports.state(ctx, import_id)
    if state["status"] == "staged":
        chosen = {file["kind"]: _mapping(ctx, file) for file in state["files"]}
        errors = [fault for kind, mapping in chosen.items() for fault in _faults(kind, mapping)]
        if errors:
            return _preview(ctx, state, errors, chosen, 422)
        imports.start(ctx, state["id"], chosen)
    return redirect(f"/admin/clients/import/{state['id']}", 303)


def _mapping(ctx: RequestContext, file: dict) -> dict[str, str]:
    """The columns that were sent somewhere, {column: field}; columns are numbered in the form as in the file."""
    chosen = (
        (column, ctx.request.form.get(f"map.{file['kind']}.{index}", ""))
        for index, column in enumerate(file["columns"])
    )
    return {column: field for column, field in chosen if field in FIELDS[file["kind"]]}


def _faults(kind: str, mapping: dict[str, str]) -> Iterator[dict]:
    fields = list(mapping.values())
    missed = missing(kind, fields)
    for name, (label, _) in FIELDS[kind].items():
        if fields.count(name) > 1:
            yield {"pointer": f"/{kind}/{name}", "code": "validation", "message": f"Two columns go to {label}."}
        elif name in missed:
            yield {"pointer": f"/{kind}/{name}", "code": "validation", "message": f"No column goes to {label}."}


@page("/admin/clients/import/<import_id>/failed-<kind>.csv", access=Permission.CLIENTS_CREATE, seconds=UPLOAD_SECONDS)
def download_failed_rows(ctx: RequestContext, import_id: str, kind: str) -> Response:
    """The failed rows of one file with their reasons, to be mended and loaded again."""
    parameters(ctx.request)
    state = imports.state(ctx, import_id)
    if kind not in {file["kind"] for file in state["files"]}:
        raise not_found()
    return Response(
        failed_rows(ctx, state, kind),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="failed-{kind}.csv"'},
    )
