"""Failed rows of an import as a CSV file, to be mended and loaded again: their own columns, and the reason in a last one."""

import time
from collections.abc import Iterator
from dataclasses import replace

from gateway.composition.csv_files.columns import FIELDS, REASON
from gateway.composition.csv_files.reader import SURPLUS
from gateway.composition.csv_files.writer import FORMULA, MARK, csv_writer
from gateway.composition.imports import failures_of
from gateway.http.context import RequestContext

PAGE_SECONDS = 10.0
_MARKED = (*FORMULA, "'")


def failed_rows(ctx: RequestContext, state: dict, kind: str) -> Iterator[bytes]:
    """The failed rows of one of the import's files, with the file's own delimiter, in UTF-8.

    Clients keep their columns; invoices and lines are kept under the fields' names. No cell can pass for a formula, and
    whoever reads such a file takes the mark away again.
    """
    file = next(file for file in state["files"] if file["kind"] == kind)
    columns = file["columns"] if kind == "clients" else list(FIELDS[kind])
    write = csv_writer((file["reading"] or {}).get("delimiter", ","))
    yield MARK + write([*columns, REASON])
    for row in _rows(ctx, state, kind):
        values, reason = row["values"] or {}, row["reason"]
        if SURPLUS in values:
            reason = f"{reason} Beyond the last column: {values[SURPLUS]}"
        yield write([inert(values.get(column) or "") for column in columns] + [inert(reason)])


def _rows(ctx: RequestContext, state: dict, kind: str) -> Iterator[dict]:
    owner, cursor = "clients" if kind == "clients" else "billing", {}
    while True:
        ctx.caller = replace(ctx.caller, deadline=time.time() + PAGE_SECONDS)
        page = failures_of(ctx, owner, state["id"], cursor)
        yield from (row for row in page["data"] if row["kind"] == kind)
        if page["page"]["next"] is None:
            return
        cursor = {"after": page["page"]["next"]}


def inert(text: str) -> str:
    """A cell that no spreadsheet computes: marked with an apostrophe where it might be."""
    return f"'{text}" if text.startswith(_MARKED) else text
