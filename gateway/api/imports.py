"""/api/v1/imports: clients, invoices and lines out of CSV files."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway import importing
from gateway.answers import as_json
from gateway.csv_files import MAX_BYTES, require_columns
from gateway.query import parameters
from gateway.routing import api
from gateway.turn import Turn
from gateway.uploads import read_upload

UPLOAD_SECONDS = 120.0
COUNTED = ("rows", "imported", "unchanged", "failed")


@api("/imports", access=Permission.CLIENTS_CREATE, method="POST", max_body=MAX_BYTES, seconds=UPLOAD_SECONDS)
def create_import(turn: Turn) -> Response:
    """Take the files and begin at once; answers 202 with the import's id. Columns go by their names."""
    parameters(turn.request)
    turn.identify()
    files, source, meant = read_upload(turn.request)
    mappings = {file.kind: file.matches() for file in files}
    for file in files:
        require_columns(file, mappings[file.kind])
    import_id = importing.stage(turn, files, source, meant)
    importing.start(turn, import_id, mappings)
    return as_json(importing.state(turn, import_id), 202, Location=f"/api/v1/imports/{import_id}")


@api("/imports/<import_id>", access=Permission.CLIENTS_CREATE)
def get_import(turn: Turn, import_id: str) -> Response:
    """Progress, counts over all files, and a page of failed rows (`after` leads on)."""
    asked = parameters(turn.request, "after", "before")
    state = importing.state(turn, import_id)
    counts = {name: sum(file[name] for file in state["files"]) for name in COUNTED}
    failed = importing.failures(turn, state, **asked)
    return as_json({**state, "counts": counts, "failures": failed["data"], "page": failed["page"]})
