"""Reader of one CSV file: its columns at once, its rows as a stream."""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chassis import green
from chassis.errors import ServiceProblem, field_problem
from chassis.types.text import storable
from gateway.composition.csv_files import columns as names
from gateway.composition.csv_files import dialect
from gateway.composition.csv_files.records import Lines, Record, records

MAX_BYTES = 32 * 1024 * 1024
MAX_COLUMNS = 200
MAX_COLUMN_NAME = 100
MAX_CELL = 10_000
ROWS_IN_ONE_GO = 50
SURPLUS = "(surplus)"
_ALIEN = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class CsvFile:
    """A CSV file that can be read: its columns in their order, those without a name left out.

    `columns` maps each name to its place in a row. `reading` says how the file is read: its encoding and delimiter, which of
    them were `recognised`, whether the encoding is `certain`, and how many columns without a name are passed over.
    """

    kind: str
    name: str
    file: BinaryIO
    codec: str
    lines_before: int
    columns: dict[str, int]
    width: int
    reading: dict

    def matches(self) -> dict[str, str]:
        """Columns that are named like a field: {column: field}."""
        return names.match(self.kind, self.columns)

    def described(self) -> dict:
        """What is kept of the file with its rows."""
        return {"name": self.name, "columns": list(self.columns), "reading": self.reading}

    def rows(self) -> Iterator[dict]:
        """Its rows, `{"line": row in a spreadsheet, "values": {column: text}}`; other green threads have their turn.

        A row with more cells than columns keeps them under SURPLUS, one with fewer lacks some, one that cannot be read
        has a `fault`: it is refused later, alone. A row without any content is passed over.
        """
        with _text_of(self.file, self.codec, self.lines_before) as text:
            for record in _content(records(Lines(text), self.reading["delimiter"])):
                if record.row % ROWS_IN_ONE_GO == 0:
                    green.give_way()
                if record.row > self.reading["header"]:
                    yield self._row(record)

    def _row(self, record: Record) -> dict:
        cells = [_unescaped(cell) for cell in record.cells] if self.reading["mended"] else record.cells
        values = {name: cells[place][:MAX_CELL] for name, place in self.columns.items() if place < len(cells)}
        surplus = " ".join(filter(None, map(str.strip, cells[self.width :])))
        if surplus:
            values[SURPLUS] = surplus[:MAX_CELL]
        fault = record.fault
        if any(not cell.isascii() and _ALIEN.search(cell) for cell in values.values()):
            values = {name: _ALIEN.sub("\N{REPLACEMENT CHARACTER}", cell) for name, cell in values.items()}
            fault = fault or f"The row has characters that are not {dialect.ENCODINGS[self.reading['encoding']]}."
        return {"line": record.row, "values": values, **({"fault": fault} if fault else {})}


def open_csv(
    kind: str, name: str, file: BinaryIO, *, encoding: str | None = None, delimiter: str | None = None
) -> CsvFile:
    """The file as CSV, in the encoding and with the delimiter that are given or recognised.

    Raises a 422 that names the file's field when there is no CSV in it at all. `file` is the reader's from now on.
    """
    dialect.refuse_foreign(kind, file)
    recognised = [what for what, given in (("encoding", encoding), ("delimiter", delimiter)) if not given]
    encoding = encoding or dialect.recognise_encoding(kind, file)
    codec = dialect.codec_of(encoding, file)
    with _text_of(file, codec) as text:
        sample = text.read(dialect.HEAD)
    delimiter, lines_before = (
        delimiter or dialect.recognise_delimiter(kind, sample),
        int(dialect.states_delimiter(sample)),
    )
    with _text_of(file, codec, lines_before) as text:
        header = next(_content(records(Lines(text), delimiter)), None)
    cells = _header(kind, header)
    reading = {
        "encoding": encoding,
        "delimiter": delimiter,
        "recognised": recognised,
        "certain": "encoding" not in recognised or not dialect.is_guess(encoding),
        "unnamed": sum(not cell for cell in cells),
        "header": header.row,
        "mended": names.REASON in cells,
    }
    places = {cell: place for place, cell in enumerate(cells) if cell and cell != names.REASON}
    return CsvFile(kind, name, file, codec, lines_before, places, len(cells), reading)


def _text_of(file: BinaryIO, codec: str, lines_before: int = 0) -> "_Text":
    """The text of a file, from its beginning or after so many lines."""
    file.seek(0)
    errors = "replace" if codec.startswith(("utf-16", "utf-32")) else "surrogateescape"
    text = _Text(file, encoding=codec, errors=errors, newline="")
    for _ in range(lines_before):
        text.readline()
    return text


class _Text(io.TextIOWrapper):
    """The text of a file that stays open afterwards."""

    def __exit__(self, *_exc):
        self.detach()


def _content(found: Iterator[Record]) -> Iterator[Record]:
    """Without the records that have no content: blank ones, and separators alone."""
    return (record for record in found if record.fault or any(cell.strip() for cell in record.cells))


def _header(kind: str, header: Record | None) -> list[str]:
    """The columns' names, "" for one without."""
    if header is None:
        raise field_problem(f"/{kind}", "The file is empty: its first row must name the columns.")
    if header.fault:
        raise field_problem(f"/{kind}", f"Row {header.row} must name the columns. {header.fault}")
    cells = _told_apart(" ".join(storable(cell).split())[:MAX_COLUMN_NAME] for cell in header.cells)
    if len(cells) > MAX_COLUMNS:
        raise field_problem(f"/{kind}", f"The file has more than {MAX_COLUMNS} columns.")
    twice = sorted({cell for cell in cells if cell and cells.count(cell) > 1})
    if twice:
        raise field_problem(f"/{kind}", f"The column {twice[0]!r} stands twice.")
    return cells


def _told_apart(cells: Iterable[str]) -> list[str]:
    """The names as they are, but those that cannot be read, and so look the same, numbered."""
    seen, apart = Counter(), []
    for cell in cells:
        seen[cell] += "\N{REPLACEMENT CHARACTER}" in cell
        apart.append(f"{cell} ({seen[cell]})" if seen[cell] > 1 else cell)
    return apart


def _unescaped(cell: str) -> str:
    """A cell of failed rows without the mark that keeps a spreadsheet from computing it (`failed_rows.inert`)."""
    return cell.removeprefix("'")


def require_columns(file: CsvFile, mapping: dict[str, str]) -> None:
    """Refuse a file that lacks required columns or has others than ours, naming them all."""
    faults = [("validation", f"The column {field} is missing.") for field in names.missing(file.kind, mapping.values())]
    faults += [
        ("unknown-field", f"The column {column!r} is not known.") for column in file.columns if column not in mapping
    ]
    if faults and not file.reading["certain"]:
        taken_for = dialect.ENCODINGS[file.reading["encoding"]]
        faults.append(("validation", f"The file was taken for {taken_for}: give its encoding if it is another one."))
    if faults:
        raise ServiceProblem(
            "validation",
            " ".join(message for _, message in faults),
            [{"pointer": f"/{file.kind}", "code": code, "message": message} for code, message in faults],
        )
