"""Import CSV: files, mapping, progress, result; bad rows, the same file again, a broken file."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.import_pages import DATA, LABELS, Files, figures, import_small, small_files, start, upload

CHINOOK = Path(__file__).parents[1] / "data" / "chinook"


def test_whole_files_go_in_with_their_progress_shown(page, system):
    page.goto("/admin/clients")
    page.get_by_role("link", name="Import CSV").click()
    expect(page.get_by_role("heading", name="Import CSV", level=1)).to_be_visible()
    upload(page, Files({kind: (CHINOOK / f"{kind}.csv").read_bytes() for kind in LABELS}, "", "chinook"))
    for kind, (columns, rows) in {"clients": (14, 59), "invoices": (7, 412), "invoice_lines": (4, 2240)}.items():
        panel = page.get_by_role("region", name=LABELS[kind], exact=True)
        expect(panel).to_contain_text(f"{rows:,} rows")
        expect(panel).to_contain_text(f"{columns} of {columns} columns matched")
    start(page)
    expect(page.get_by_role("progressbar", name="Import")).to_be_visible()
    expect(page.get_by_role("heading", name="Importing 2,711 rows")).to_be_visible()
    assert figures(page) == {"Imported": 2711, "Skipped": 0, "Failed": 0}

    page.goto("/admin/clients?q=luisg")
    page.get_by_role("link", name=re.compile("^Embraer")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Aeronáutica")
    expect(page.get_by_role("tab", name=re.compile("^Invoices"))).to_have_text(re.compile(r"Invoices\s+7"))


@pytest.fixture(scope="module")
def imported(chromium, system, signed_in) -> tuple[Files, str]:
    """Small files that have gone in once, and the address of their result."""
    files, context = small_files(), chromium.new_context(base_url=system.origin, storage_state=signed_in)
    page = context.new_page()
    import_small(page, files)
    figures(page)
    address = page.url
    context.close()
    return files, address


def test_bad_rows_are_listed_with_reason_and_line_and_the_rest_goes_in(page, system, imported):
    small, address = imported
    page.goto(address)
    assert figures(page) == {"Imported": 8, "Skipped": 0, "Failed": 5}
    failed = failed_rows(page)
    assert set(failed) == {("Clients", 4), ("Clients", 5), ("Clients", 6), ("Invoices", 4), ("Invoice lines", 5)}
    assert "Required" in failed["Clients", 4]
    assert "XBT" in failed["Clients", 5]
    assert "Lagoa & Filhos has this email" in failed["Clients", 6]
    assert "99.00" in failed["Invoices", 4]
    names = [row["name"] for row in system.rows("/clients", q=small.domain)]
    assert names == ["Åas Regnskap", "Lagoa & Filhos", "Teodor Wójcik"]


def failed_rows(page: Page) -> dict[tuple[str, int], str]:
    """(file, line) -> the rest of the row, for the failed rows on the page."""
    cells = [text.split("\t") for text in page.locator("#failed tbody tr").all_inner_texts()]
    return {(row[0].strip(), int(row[1])): " ".join(row[2:]) for row in cells}


def test_the_failed_rows_can_be_downloaded(page, imported):
    page.goto(imported[1])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download failed rows").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {(row["kind"], row["line"]) for row in rows} == {
        ("clients", "4"),
        ("clients", "5"),
        ("clients", "6"),
        ("invoices", "4"),
        ("invoice_lines", "5"),
    }
    assert all(row["reason"] for row in rows)


def test_the_same_files_again_change_nothing(page, system, imported):
    small, _ = imported
    before = system.rows("/clients", q=small.domain)
    import_small(page, small)
    again = figures(page)
    assert (again["Imported"], again["Skipped"]) == (0, 8)
    assert system.rows("/clients", q=small.domain) == before
    page.goto(f"/admin/clients/{before[1]['id']}/invoices")
    expect(page.locator("#panel tbody tr")).to_have_count(2)
    expect(page.locator("#summary")).to_contain_text("€12.50")


def test_a_broken_file_is_refused_with_its_line(page, system, console_messages):
    console_messages.expect_status(422)
    page.goto("/admin/clients/import")
    page.locator("#f-clients").set_input_files(DATA / "broken.csv")
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    expect(page.locator("#f-clients-h")).to_contain_text("Line 3")
    assert system.rows("/clients", q="broken.example") == []


def test_a_file_in_another_encoding_is_refused_with_its_line(page, console_messages):
    console_messages.expect_status(422)
    page.goto("/admin/clients/import")
    page.locator("#f-clients").set_input_files(
        {
            "name": "latin.csv",
            "mimeType": "text/csv",
            "buffer": (
                "first_name,last_name,email,currency_code,status\nAnn,Plain,ann@latin.example,EUR,active\n"
                "José,Año,jose@latin.example,EUR,active\n"
            ).encode("latin-1"),
        }
    )
    page.get_by_role("button", name="Read the files").click()
    expect(page.locator("#f-clients-h")).to_contain_text("line 3")


def test_a_required_field_without_a_column_is_named_before_anything_goes_in(page, console_messages, small):
    console_messages.expect_status(422)
    upload(page, small)
    start(page)
    expect(page.get_by_role("alert")).to_contain_text("Email")
    expect(page.get_by_role("heading", name="What will be read")).to_be_visible()


def test_no_file_at_all_is_refused(page, console_messages):
    console_messages.expect_status(422)
    page.goto("/admin/clients/import")
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one file")
