"""Imports over two services: clients take the clients file, billing the invoices and their lines, under one id."""

from chassis.errors import ServiceProblem, field_problem
from gateway.composition.csv_files import FIELDS, KINDS, CsvFile
from gateway.http.context import RequestContext

BATCH = 400
BATCH_SECONDS = 10.0
LISTED_FAILURES = 100


def stage(ctx: RequestContext, files: list[CsvFile], source: str, allow_duplicate_email: bool) -> str:
    """Stage the files' rows with their services; nothing is imported yet. Returns the import's id."""
    by_kind = {file.kind: file for file in files}
    clients = by_kind.get("clients")
    opened = ctx.call(
        "clients.open_import",
        source=source,
        allow_duplicate_email=allow_duplicate_email,
        file={"name": clients.name, "columns": clients.columns} if clients else None,
    )
    import_id = opened["id"]
    for rows in _batches(clients):
        ctx.call("clients.stage_import_rows", seconds=BATCH_SECONDS, import_id=import_id, rows=rows)
    billing = [file for file in files if file.kind != "clients"]
    if billing:
        ctx.call(
            "billing.open_import",
            import_id=import_id,
            source=source,
            files={file.kind: {"name": file.name, "columns": file.columns} for file in billing},
        )
    for file in billing:
        for rows in _batches(file):
            ctx.call("billing.stage_import_rows", seconds=BATCH_SECONDS, import_id=import_id, kind=file.kind, rows=rows)
    return import_id


def _batches(file: CsvFile | None):
    rows = file.rows if file else []
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def start(ctx: RequestContext, import_id: str, mappings: dict[str, dict[str, str]]) -> None:
    """Start the import in both services; `mappings` gives for each kind of file {column: field}."""
    ctx.call("clients.start_import", import_id=import_id, mapping=mappings.get("clients", {}))
    invoices = {kind: mapping for kind, mapping in mappings.items() if kind != "clients"}
    if invoices:
        ctx.call("billing.start_import", import_id=import_id, mappings=invoices)


def state(ctx: RequestContext, import_id: str) -> dict:
    """The state of both services' parts as one: `{id, source, allow_duplicate_email, status, created_at, finished_at, files[]}`.

    `status` is staged, running, done or failed; done means that both are.
    """
    clients = ctx.call("clients.get_import", import_id=import_id, writes=False)
    billing = _billing_part(ctx, import_id)
    parts = [part for part in (clients, billing) if part]
    statuses = {part["status"] for part in parts}
    status = next((one for one in ("failed", "running", "staged") if one in statuses), "done")
    if statuses == {"staged", "done"}:
        status = "running"
    ended = [part["finished_at"] for part in parts]
    files = [file for part in parts for file in part["files"]]
    return {
        **{name: clients[name] for name in ("id", "source", "allow_duplicate_email", "created_at")},
        "status": status,
        "finished_at": max(ended) if all(ended) else None,
        "files": sorted(files, key=lambda file: KINDS.index(file["kind"])),
    }


def _billing_part(ctx: RequestContext, import_id: str) -> dict | None:
    try:
        return ctx.call("billing.get_import", import_id=import_id, writes=False)
    except ServiceProblem as problem:
        if problem.code == "not-found":
            return None
        raise


def failures(ctx: RequestContext, state: dict, **page: str) -> dict:
    """A page of the failed rows of the import in `state`: the clients' first, billing's right after the last of them.

    A cursor names its service.
    """
    owners = [
        owner
        for owner in ("clients", "billing")
        if any(file["failed"] for file in state["files"] if (file["kind"] == "clients") == (owner == "clients"))
    ]
    owner, cursor = owners[0] if owners else "clients", {}
    for name, value in page.items():
        owner, _, rest = value.partition(".")
        if owner not in ("clients", "billing"):
            raise field_problem(f"/{name}", "This is not a cursor of this list.")
        cursor = {name: rest} if rest else {}
    if not owners:
        return {"data": [], "page": {"next": None, "prev": None, "total": 0, "exact": True}}
    found = _failures_of(ctx, owner, state, cursor)
    if found["page"]["next"] is None and owner == "clients" and "billing" in owners:
        rest = _failures_of(ctx, "billing", state, {})
        return {"data": found["data"] + rest["data"], "page": {**found["page"], "next": rest["page"]["next"]}}
    return found


def _failures_of(ctx: RequestContext, owner: str, state: dict, cursor: dict) -> dict:
    """A page of one service's failed rows, with its name in the cursors."""
    answer = ctx.call(
        f"{owner}.list_import_failures", import_id=state["id"], limit=LISTED_FAILURES, writes=False, **cursor
    )
    cursors = {name: value and f"{owner}.{value}" for name, value in answer["page"].items() if name in ("next", "prev")}
    return {"data": answer["data"], "page": {**answer["page"], **cursors}}


def all_failures(ctx: RequestContext, state: dict):
    """Every failed row, page after page."""
    page: dict[str, str] = {}
    while True:
        answer = failures(ctx, state, **page)
        yield from answer["data"]
        if answer["page"]["next"] is None:
            return
        page = {"after": answer["page"]["next"]}


def preview_files(import_: dict) -> list[dict]:
    """The staged files as the mapping page shows them: each column with samples and the field it is named like."""
    return [
        {
            "kind": file["kind"],
            "name": file["name"],
            "rows": file["rows"],
            "columns": [
                {
                    "name": column,
                    "samples": [row.get(column, "") for row in file["sample"]],
                    "field": column.strip().lower() if column.strip().lower() in FIELDS[file["kind"]] else None,
                }
                for column in file["columns"]
            ],
            "fields": [
                {"name": field, "label": label, "required": required}
                for field, (label, required) in FIELDS[file["kind"]].items()
            ],
        }
        for file in import_["files"]
        if file["rows"] or file["columns"]
    ]
