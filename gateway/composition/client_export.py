"""Export of the client list: CSV and XLSX, of rows that the clients service gives in parts."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from werkzeug.wrappers import Response

from chassis.green import taking_turns
from gateway.composition.csv_files.writer import MARK, csv_writer, safe_cell
from gateway.composition.long_downloads import long_download, parts_of, rows_of
from gateway.composition.workbook import write_workbook
from gateway.http.context import RequestContext
from gateway.ui import columns, formatting
from gateway.ui.columns import Column

BLOCK = 64 * 1024
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CURRENCY = Column("currency", "Currency")


@long_download
def export(ctx: RequestContext, export_id: str, **wanted) -> Response:
    """The list that `wanted` (format, columns, filters) asks for, as a download.

    Of CSV each part leaves as it comes: an error before the first is a response of its own, after it the transfer breaks
    off. An XLSX is a whole before its first byte can leave; it is made in a file, never in memory.
    """
    started = ctx.call("clients.start_export", writes=True, export_id=export_id, **wanted)
    known = columns.BY_KEY | columns.of_fields(started["custom_fields"])
    chosen = [known[key] for key in started["columns"]]
    if any(column.kind == "money" for column in chosen):
        chosen.append(CURRENCY)
    format = wanted["format"]
    take = parts_of(ctx, "clients.take_export_part", export_id=export_id)
    rows = taking_turns(rows_of(take, take(None)))
    name = f"clients-{datetime.now(UTC):%Y%m%d-%H%M%S}.{format}"
    return Response(
        _begun(_csv(chosen, rows) if format == "csv" else _xlsx(chosen, rows)),
        content_type=MEDIA[format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def new_id() -> str:
    """The id of an export that is to begin."""
    return str(uuid.uuid4())


def cells_of(chosen: list[Column], row: dict) -> list:
    """A row's values: text, whole numbers, amounts as decimal text with their currency in a column of its own, days and
    times as RFC 3339; "" where there is none."""
    return [_cell(column, row) for column in chosen]


def _cell(column: Column, row: dict):
    if column is CURRENCY:
        return (row["outstanding"] or {}).get("currency", "")
    value = column.value(row)
    if value is None:
        return ""
    match column.kind:
        case "money":
            return value["amount"]
        case "group":
            return value["name"]
        case "tags":
            return "; ".join(tag["name"] for tag in value)
        case "state":
            return formatting.words(value)
        case "number" | "moment" | "day":
            return value
    return columns.text_of(column, value)


def _begun(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """`blocks`, the first of which is there already: what goes wrong before it is a problem, and not half a file."""
    first = next(blocks)

    def all_of_them():
        yield first
        yield from blocks

    return all_of_them()


def _csv(chosen: list[Column], rows: Iterator[dict]) -> Iterator[bytes]:
    write = csv_writer()
    yield MARK + write([safe_cell(column.label) for column in chosen])
    for row in rows:
        yield write([safe_cell(cell) for cell in cells_of(chosen, row)])


def _xlsx(chosen: list[Column], rows: Iterator[dict]) -> Iterator[bytes]:
    with ExitStack() as open_:
        folder = open_.enter_context(TemporaryDirectory(prefix="commerce-export-"))
        path = write_workbook(folder, "Clients", chosen, (cells_of(chosen, row) for row in rows))
        file = open_.enter_context(open(path, "rb"))
        while block := file.read(BLOCK):
            yield block
