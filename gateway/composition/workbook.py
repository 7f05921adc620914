"""XLSX of a table, written row by row to a file. Text is text: no cell is taken for a formula, a number or a link."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chassis.green import run_blocking
from gateway.ui.columns import Column

LONGEST = 32_767  # characters in a cell; what is longer is cut there
PIXELS = 7  # of a character, by which a sheet measures its columns
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}
_FORMATS = {
    "money": {"num_format": "#,##0.00##"},
    "number": {"num_format": "#,##0"},
    "day": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss"},
}


def write_workbook(folder: str, title: str, columns: list[Column], rows: Iterable[list]) -> Path:
    """Write `rows` (cells as of an export: text, whole numbers, amounts as decimal text, days and times of RFC 3339)
    below the columns' labels; returns the file, which is in `folder` as all that is written meanwhile."""
    path = Path(folder) / "list.xlsx"
    workbook = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": folder})
    sheet = workbook.add_worksheet(title)
    formats = [workbook.add_format(_FORMATS[one.kind]) if one.kind in _FORMATS else None for one in columns]
    bold = workbook.add_format({"bold": True})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width / PIXELS)
        sheet.write_string(0, place, column.label, bold)
    sheet.freeze_panes(1, 0)
    for number, cells in enumerate(rows, 1):
        for place, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            _write(sheet, number, place, column, cell, formats[place])
    run_blocking(workbook.close)
    return path


def _write(sheet: Worksheet, row: int, place: int, column: Column, cell, format: Format | None) -> None:
    if cell == "":
        return
    match column.kind:
        case "money":
            sheet.write_number(row, place, Decimal(cell), format)
        case "number":
            sheet.write_number(row, place, cell, format)
        case "moment":
            sheet.write_datetime(row, place, datetime.fromisoformat(cell), format)
        case "day" if column.row or _is_day(cell):
            sheet.write_datetime(row, place, datetime.combine(date.fromisoformat(cell), datetime.min.time()), format)
        case _:
            sheet.write_string(row, place, str(cell)[:LONGEST], format)


def _is_day(cell: str) -> bool:
    try:
        return bool(date.fromisoformat(cell))
    except ValueError:
        return False
