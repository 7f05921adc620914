"""CSV files of an import: UTF-8, a header, rows of text. What they mean is for the services that own the data."""

import csv
import io
from dataclasses import dataclass

from chassis.errors import ServiceProblem, field_problem
from gateway.ui.profile_fields import fields

KINDS = ("clients", "invoices", "invoice_lines")
MAX_BYTES = 32 * 1024 * 1024
MAX_COLUMNS = 60
MAX_CELL = 20_000
SURPLUS = "(surplus)"

# field -> (label, required), as the sample files name the columns
FIELDS = {
    "clients": {
        "external_id": ("External ID", False),
        **{field.name: (field.column or field.label, field.required) for field in fields(importable=True)},
        "currency_code": ("Currency", True),
        "status": ("Status", True),
    },
    "invoices": {
        "external_id": ("External ID", True),
        "client_external_id": ("Client's external ID", True),
        "issue_date": ("Issue date", True),
        "due_date": ("Due date", True),
        "status": ("Status", True),
        "currency_code": ("Currency", True),
        "total": ("Total", True),
    },
    "invoice_lines": {
        "invoice_external_id": ("Invoice's external ID", True),
        "description": ("Description", True),
        "quantity": ("Quantity", True),
        "unit_price": ("Unit price", True),
    },
}


@dataclass(frozen=True)
class CsvFile:
    """A readable file: its columns in their order and its rows, `{"line": n, "values": {column: text}}`.

    A row with more cells than columns keeps them under SURPLUS, one with fewer lacks some: the row is refused later,
    alone.
    """

    kind: str
    name: str
    columns: list[str]
    rows: list[dict]

    def matches(self) -> dict[str, str]:
        """Columns that are named like a field: {column: field}."""
        return {
            column: column.strip().lower() for column in self.columns if column.strip().lower() in FIELDS[self.kind]
        }

    def missing(self, mapping: dict[str, str]) -> list[str]:
        """Required fields that no column goes to."""
        return [
            field for field, (_, required) in FIELDS[self.kind].items() if required and field not in mapping.values()
        ]


def read_csv(kind: str, name: str, raw: bytes) -> CsvFile:
    """The file as CSV. Raises a 422 that names the file's field and, where there is one, the line."""
    text = _decode(kind, raw)
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=SURPLUS, strict=True)
    try:
        columns = _columns(kind, reader.fieldnames)
        rows = [_row(reader.line_num, values) for values in reader]
    except csv.Error as error:
        raise field_problem(f"/{kind}", f"Line {reader.reader.line_num} is not CSV: {error}.") from error
    return CsvFile(kind, name, columns, rows)


def _decode(kind: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise field_problem(
            f"/{kind}", f"The file is not UTF-8: line {line} has a byte that cannot be read."
        ) from error
    if "\x00" in text:
        raise field_problem(f"/{kind}", f"Line {text.count(chr(10), 0, text.index(chr(0))) + 1} holds a NUL character.")
    return text


def _columns(kind: str, header) -> list[str]:
    if not header:
        raise field_problem(f"/{kind}", "The file is empty: its first line must name the columns.")
    if len(header) > MAX_COLUMNS:
        raise field_problem(f"/{kind}", f"The file has more than {MAX_COLUMNS} columns.")
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise field_problem(f"/{kind}", f"The column {twice[0]!r} stands twice.")
    return list(header)


def _row(line: int, values: dict) -> dict:
    kept = {
        column: " ".join(cell) if isinstance(cell, list) else cell
        for column, cell in values.items()
        if cell is not None
    }
    return {"line": line, "values": {column: cell[:MAX_CELL] for column, cell in kept.items()}}


def require_columns(file: CsvFile, mapping: dict[str, str]) -> None:
    """Refuse a file that lacks required columns or has others than ours, naming them all."""
    faults = [("validation", f"The column {field} is missing.") for field in file.missing(mapping)]
    faults += [
        ("unknown-field", f"The column {column[:100]!r} is not known.")
        for column in file.columns
        if column not in mapping
    ]
    if faults:
        raise ServiceProblem(
            "validation",
            " ".join(message for _, message in faults),
            [{"pointer": f"/{file.kind}", "code": code, "message": message} for code, message in faults],
        )
