"""The client list as a file: cells, CSV and XLSX."""

import csv
import io
import zipfile
from xml.etree import ElementTree

from gateway.composition.client_export import CURRENCY, _csv, _xlsx, cells_of
from gateway.ui import columns
from tests.support.pages.samples import TIME, row

SHOWN = [columns.BY_KEY[key] for key in ("name", "group", "services", "outstanding", "last_login", "next_due", "tags")]
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "＝1")
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def csv_of(chosen, *rows) -> list[list[str]]:
    text = b"".join(_csv(chosen, iter(rows))).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def sheet_of(chosen, *rows):
    with zipfile.ZipFile(io.BytesIO(b"".join(_xlsx(chosen, iter(rows))))) as book:
        assert book.testzip() is None
        return ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))


def cells(sheet) -> dict[str, tuple[str, str]]:
    """{place: (type, text)} of a sheet's cells."""
    return {cell.get("r"): (cell.get("t", "n"), "".join(cell.itertext())) for cell in sheet.iter(f"{_SHEET}c")}


def test_a_row_has_amounts_without_their_currency_and_days_as_they_are_written():
    tagged = row(
        tags=[{"id": "t", "name": "VIP", "colour": "#111111"}, {"id": "u", "name": "net-30", "colour": "#111111"}]
    )
    assert cells_of([*SHOWN, CURRENCY], tagged) == [
        "Brightwater Studio Ltd",
        "Reseller",
        14,
        "1284.40",
        TIME,
        "2026-12-01",
        "VIP; net-30",
        "GBP",
    ]


def test_what_is_not_there_is_an_empty_cell():
    bare = row(group=None, last_login_at=None, next_due_on=None, columns={"phone": "", "field:f": None})
    shown = [columns.BY_KEY[key] for key in ("group", "last_login", "next_due", "phone", "tags")]
    assert cells_of(shown, bare) == [""] * 5


def test_csv_has_headings_and_no_cell_that_a_spreadsheet_computes():
    lines = csv_of([columns.BY_KEY["name"], columns.BY_KEY["email"]], *(row(name=text) for text in FORMULAS))
    assert lines[0] == ["Name", "Email"]
    assert [line[0] for line in lines[1:]] == [f"'{text}" for text in FORMULAS]


def test_xlsx_has_text_as_text_and_numbers_as_numbers():
    shown = [columns.BY_KEY["name"], columns.BY_KEY["services"], columns.BY_KEY["outstanding"], CURRENCY]
    sheet = sheet_of(shown, *(row(name=text) for text in (*FORMULAS, "https://example.com", "0012")))
    found = cells(sheet)
    assert [found[f"A{number}"] for number in range(2, 10)] == [
        ("inlineStr", text) for text in (*FORMULAS, "https://example.com", "0012")
    ]
    assert (found["B2"], found["C2"], found["D2"]) == (("n", "14"), ("n", "1284.40"), ("inlineStr", "GBP"))
    assert not list(sheet.iter(f"{_SHEET}f")) and not list(sheet.iter(f"{_SHEET}hyperlink"))


def test_an_export_of_nothing_is_its_headings():
    assert csv_of(SHOWN) == [[column.label for column in SHOWN]]
    assert [text for _, text in cells(sheet_of(SHOWN)).values()] == [column.label for column in SHOWN]


def test_a_text_that_is_longer_than_a_cell_is_cut_in_the_sheet_alone():
    shown = [columns.BY_KEY["name"]]
    assert len(cells(sheet_of(shown, row(name="x" * 40_000)))["A2"][1]) == 32_767
    assert len(csv_of(shown, row(name="x" * 40_000))[1][0]) == 40_000
