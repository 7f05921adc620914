"""/api/v1/imports: clients, invoices and lines out of CSV files."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway import importing
from gateway.answers import as_json
from gateway.csv_files import KINDS, MAX_BYTES, require_columns
from gateway.routing import api
from gateway.shapes import FILE, one_of
from gateway.turn import Turn
from gateway.uploads import SOURCE_LENGTH, read_upload

UPLOAD_SECONDS = 120.0
UPLOAD = {**dict.fromkeys(KINDS, FILE), "source": {"type": "string", "maxLength": SOURCE_LENGTH, "default": "csv"},
          "allow_duplicate_email": one_of("true", "false")}
COUNTED = ("rows", "imported", "unchanged", "failed")


@api("/imports", access=Permission.CLIENTS_CREATE, method="POST", max_body=MAX_BYTES, seconds=UPLOAD_SECONDS,
     differs=UPLOAD, gives="Import", status=202)
def create_import(turn: Turn) -> Response:
    """Take the files and begin at once; answers 202 with the import's id. Columns go by their names."""
    turn.identify()
    files, source, meant = read_upload(turn.request)
    mappings = {file.kind: file.matches() for file in files}
    for file in files:
        require_columns(file, mappings[file.kind])
    import_id = importing.stage(turn, files, source, meant)
    importing.start(turn, import_id, mappings)
    return as_json(importing.state(turn, import_id), 202, Location=f"/api/v1/imports/{import_id}")


@api("/imports/<import_id>", access=Permission.CLIENTS_CREATE, door="clients.list_import_failures", query=("after", "before"),
     gives="ImportProgress")
def get_import(turn: Turn, import_id: str) -> Response:
    """Progress, counts over all files, and a page of failed rows (`after` leads on)."""
    state = importing.state(turn, import_id)
    counts = {name: sum(file[name] for file in state["files"]) for name in COUNTED}
    failed = importing.failures(turn, state, **turn.asked)
    return as_json({**state, "counts": counts, "failures": failed["data"], "page": failed["page"]})
