"""Activity log export: CSV for people, JSONL for the offline verifier, fetched from audit in parts and streamed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from werkzeug.wrappers import Response

from chassis.errors import field_problem
from gateway.composition.csv_files.writer import MARK, csv_writer, safe_cell
from gateway.composition.long_downloads import long_download, parts_of, rows_of
from gateway.http.context import RequestContext

FORMAT = "commerce.activity.v1"
FORMATS = {"csv": "read", "jsonl": "sealed"}
COLUMNS = (
    "client_id",
    "seq",
    "timestamp",
    "actor",
    "actor_kind",
    "actor_id",
    "acting_as",
    "action",
    "category",
    "type",
    "entity_type",
    "entity_id",
    "changes",
    "ip",
    "cause",
    "hash",
)


@long_download
def export(ctx: RequestContext, format: str | None, filters: dict[str, str]) -> Response:
    """A streamed download of the log, of the client that the request context has open or of all clients.

    An error before the first part is a response of its own; after it the transfer breaks off, and the file lacks its end.
    """
    if format not in FORMATS:
        raise field_problem("/format", "csv or jsonl.")
    params = {"form": FORMATS[format], "client_id": ctx.caller.client_id, **filters}
    take = parts_of(ctx, "audit.export_activity", **params)
    first = take(None)
    rows = rows_of(take, first)
    of = ctx.caller.client_id or "all"
    lines = _csv(rows) if format == "csv" else _jsonl(rows, about(of, filters, first["checkpoint"]))
    kind = "text/csv; charset=utf-8" if format == "csv" else "application/jsonl; charset=utf-8"
    return Response(
        lines,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="activity-{of}-{datetime.now(UTC):%Y%m%d-%H%M%S}.{format}"'
        },
    )


def about(of: str, filters: dict[str, str], checkpoint: int | None) -> dict:
    """The first line of a JSONL export. With `filters`, the export cannot prove that no entry was left out."""
    return {
        "export": FORMAT,
        "of": of,
        "filters": filters,
        "checkpoint": checkpoint,
        "made_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _jsonl(rows: Iterator[dict], first: dict) -> Iterator[bytes]:
    count = 0
    yield _line(first)
    for row in rows:
        count += 1
        yield _line(row)
    yield _line({"end": {"entries": count}})


def _line(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _csv(rows: Iterator[dict]) -> Iterator[bytes]:
    write = csv_writer()
    yield MARK + write(COLUMNS)
    for row in rows:
        yield write([safe_cell(cell) for cell in _cells(row)])


def _cells(row: dict) -> list:
    return [
        row["client_id"],
        row["seq"],
        row["occurred_at"],
        row["actor"]["name"],
        row["actor"]["kind"],
        row["actor"]["id"],
        row["acting_as"] and row["acting_as"]["name"],
        row["action"],
        row["category"],
        row["type"],
        row["entity"]["type"],
        row["entity"]["id"],
        "; ".join(map(_change, row["changes"])),
        row["ip"],
        row["cause"],
        row["hash"],
    ]


def _change(change: dict) -> str:
    return f"{change['field']}: {_value(change['old'])} → {_value(change['new'])}"


def _value(value) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
