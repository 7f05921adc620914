"""Imports over two services: clients take the clients file, billing the invoices and their lines, under one id."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from tempfile import TemporaryFile

from chassis import green
from chassis.errors import ServiceProblem, field_problem
from gateway.composition.csv_files.columns import FIELDS, FULL_NAME, ITS_PARTS, KINDS, match
from gateway.composition.csv_files.reader import CsvFile, open_csv
from gateway.http.context import RequestContext

ROWS_A_CALL = 400
CHARACTERS_A_CALL = 256 * 1024
BYTES_A_CALL = 192 * 1024
CALL_SECONDS = 10.0
LISTED_FAILURES = 100


def stage(ctx: RequestContext, files: list[CsvFile], source: str, allow_duplicate_email: bool, *, keep: bool) -> str:
    """Stage the files' rows with their services; nothing is imported yet. Returns the import's id.

    With `keep` the files are kept as they came until the import begins, and can be read again in another way.
    """
    described = {file.kind: file.described() for file in files}
    opened = ctx.call(
        "clients.open_import",
        source=source,
        allow_duplicate_email=allow_duplicate_email,
        file=described.pop("clients", None),
    )
    import_id = opened["id"]
    if described:
        ctx.call("billing.open_import", import_id=import_id, source=source, files=described)
    for file in files:
        if keep:
            _keep(ctx, import_id, file)
        _stage_rows(ctx, import_id, file)
    return import_id


def _stage_rows(ctx: RequestContext, import_id: str, file: CsvFile) -> None:
    owner, which = ("clients", {}) if file.kind == "clients" else ("billing", {"kind": file.kind})
    for rows in _batches(file.rows()):
        ctx.call(f"{owner}.stage_import_rows", seconds=CALL_SECONDS, import_id=import_id, rows=rows, **which)


def _batches(rows: Iterator[dict]) -> Iterator[list[dict]]:
    """The rows by as many as one call takes, no row of more than its share of characters beside another."""
    batch, size = [], 0
    for row in rows:
        length = sum(map(len, row["values"].values()))
        if batch and (len(batch) == ROWS_A_CALL or size + length > CHARACTERS_A_CALL):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch


def _keep(ctx: RequestContext, import_id: str, file: CsvFile) -> None:
    file.file.seek(0)
    position = 0
    while part := file.file.read(BYTES_A_CALL):
        given = {"import_id": import_id, "kind": file.kind, "position": position, "content": b64encode(part).decode()}
        ctx.call("clients.keep_import_file", seconds=CALL_SECONDS, **given)
        position += 1


def read_again(ctx: RequestContext, import_id: str, kind: str, encoding: str, delimiter: str) -> None:
    """Read the kept file of this kind again, in another encoding or with another delimiter, and stage its rows anew.

    Raises a 422 when it cannot be read so, `invalid-state` once the import has begun; then the rows stay as they are.
    """
    state_now = state(ctx, import_id)
    name = next((file["name"] for file in state_now["files"] if file["kind"] == kind), None)
    with TemporaryFile() as kept:
        if not sum(kept.write(part) for part in _kept_parts(ctx, import_id, kind)):
            raise field_problem(f"/{kind}", "The file is not kept any more. Choose it again.")
        file = open_csv(kind, name or "", kept, encoding=encoding, delimiter=delimiter)
        if kind == "clients":
            ctx.call("clients.restage_import", import_id=import_id, file=file.described(), seconds=CALL_SECONDS)
        else:
            given = {"import_id": import_id, "kind": kind, "file": file.described()}
            ctx.call("billing.restage_import", seconds=CALL_SECONDS, **given)
        _stage_rows(ctx, import_id, file)


def _kept_parts(ctx: RequestContext, import_id: str, kind: str) -> Iterator[bytes]:
    position = 0
    while True:
        given = {"import_id": import_id, "kind": kind, "position": position}
        part = ctx.call("clients.kept_import_file", seconds=CALL_SECONDS, writes=False, **given)
        if part["content"] is None:
            return
        green.give_way()
        yield b64decode(part["content"])
        position += 1


def start(ctx: RequestContext, import_id: str, mappings: dict[str, dict[str, str]]) -> None:
    """Start the import in both services; `mappings` gives for each kind of file {column: field}."""
    ctx.call("clients.start_import", import_id=import_id, mapping=mappings.get("clients"))
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
    answer = failures_of(ctx, owner, state["id"], cursor)
    cursors = {name: value and f"{owner}.{value}" for name, value in answer["page"].items() if name in ("next", "prev")}
    return {"data": answer["data"], "page": {**answer["page"], **cursors}}


def failures_of(ctx: RequestContext, owner: str, import_id: str, cursor: dict) -> dict:
    """A page of the failed rows that one service has, by its own cursor."""
    return ctx.call(f"{owner}.list_import_failures", import_id=import_id, limit=LISTED_FAILURES, writes=False, **cursor)


def preview_files(import_: dict) -> list[dict]:
    """The staged files as the mapping page shows them: each column with samples and the field it is named like."""
    return [_preview(file) for file in import_["files"] if file["rows"] or file["columns"]]


def _preview(file: dict) -> dict:
    kind, matched = file["kind"], match(file["kind"], file["columns"])
    columns = [
        {
            "name": column,
            "samples": [row.get(column, "") for row in file["sample"]],
            "field": matched.get(column),
            "guessed": column.lower() != matched.get(column),
        }
        for column in file["columns"]
    ]
    fields = [
        {
            "name": field,
            "label": label,
            "required": required,
            "fills": ITS_PARTS if (kind, field) == ("clients", FULL_NAME) else (),
        }
        for field, (label, required) in FIELDS[kind].items()
    ]
    return {**{name: file[name] for name in ("kind", "name", "rows", "reading")}, "columns": columns, "fields": fields}
