"""Import CSV: files, mapping, progress, result; bad rows, the same file again, a broken file."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.import_pages import LABELS, Files, figures, import_small, small_files, start, upload

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


@pytest.mark.parametrize(
    ("kind", "key", "values"),
    [
        ("clients", "external_id", ["b3", "b4", "b5"]),
        ("invoices", "external_id", ["i3"]),
        ("invoice lines", "description", ["Domain"]),
    ],
)
def test_the_failed_rows_can_be_downloaded_as_they_stood_in_each_file(page, imported, kind, key, values):
    page.goto(imported[1])
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Failed {kind}", exact=True).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row[key] for row in rows] == values
    assert all(row["import_reason"] for row in rows)


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


def choose(page: Page, content: bytes, name: str = "clients.csv") -> None:
    """Let a file of clients be read."""
    page.goto("/admin/clients/import")
    page.locator("#f-clients").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Read the files").click()


def test_what_is_no_csv_is_refused_with_what_to_do(page, console_messages):
    console_messages.expect_status(422)
    choose(page, b"PK\x03\x04" + bytes(60), "clients.xlsx")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
    expect(page.locator("#f-clients-h")).to_contain_text('Save the sheet as "CSV UTF-8"')


GERMAN = "Kundennr.;Vorname;Nachname;E-Mail;;Währung;Status\n1;Jörg;Müller;joerg@german.example;;eur;Active\n"


def test_a_file_as_it_comes_is_recognised_and_can_be_read_in_another_way(page, system):
    choose(page, GERMAN.encode("windows-1252"))
    clients = page.get_by_role("region", name="Clients", exact=True)
    expect(clients).to_contain_text("6 of 6 columns matched")
    expect(clients).to_contain_text("1 column without a name passed over")
    expect(clients.get_by_label("Delimiter")).to_have_value(";")
    expect(clients.get_by_label("Encoding")).to_have_value("windows-1252")
    expect(clients).to_contain_text("Jörg")
    clients.get_by_label("Encoding").select_option("windows-1251")
    clients.get_by_role("button", name="Read again").click()
    expect(clients).to_contain_text("Jцrg")
    clients.get_by_label("Encoding").select_option("windows-1252")
    clients.get_by_role("button", name="Read again").click()
    expect(clients).to_contain_text("Jörg")
    page.get_by_role("button", name="Import 1 row").click()
    assert figures(page) == {"Imported": 1, "Skipped": 0, "Failed": 0}
    (row,) = system.rows("/clients", q="german.example")
    assert (row["name"], row["status"]) == ("Jörg Müller", "active")


def test_a_file_in_an_old_encoding_is_shown_as_it_can_be_read_and_the_encoding_chosen(page):
    choose(page, "番号,番地,状況\n7,東京,有効\n".encode("shift_jis"))
    clients = page.get_by_role("region", name="Clients", exact=True)
    expect(clients.get_by_label("Encoding")).to_have_value("windows-1252")
    expect(clients).to_contain_text("Not sure of the encoding: look at the first rows.")
    clients.get_by_label("Encoding").select_option("shift_jis")
    clients.get_by_role("button", name="Read again").click()
    expect(clients).to_contain_text("番地")
    expect(clients).to_contain_text("東京")
    expect(clients).to_contain_text("As chosen.")


def test_what_is_chosen_is_said_at_once_and_import_waits_for_every_required_column(page, small):
    upload(page, small)
    go, why = page.get_by_role("button", name=re.compile("^Import ")), page.locator("#im-why")
    expect(go).to_be_disabled()
    expect(why).to_have_text("No column of Clients goes to Email.")
    choice = page.get_by_role("combobox", name="reach_at goes to")
    row = page.get_by_role("row").filter(has=choice)
    expect(row).to_contain_text("Left out")
    choice.select_option(label="Company")
    expect(row).to_contain_text("Chosen twice")
    expect(why).to_contain_text("Two columns of Clients go to Company.")
    choice.select_option(label="Email *")
    expect(row.locator("[data-state]")).to_have_text("Chosen")
    expect(why).to_be_hidden()
    expect(go).to_be_enabled()


def test_a_name_in_one_column_stands_for_both_its_parts(page, system):
    choose(page, b"Name,Email,Currency,Status\nLudwig van Beethoven,ludwig@one-name.example,EUR,active\n")
    expect(page.get_by_role("combobox", name="Name goes to")).to_have_value("name")
    expect(page.locator("#im-why")).to_be_hidden()
    page.get_by_role("button", name="Import 1 row").click()
    assert figures(page) == {"Imported": 1, "Skipped": 0, "Failed": 0}
    (row,) = system.rows("/clients", q="one-name.example")
    assert row["name"] == "Ludwig van Beethoven"


def test_a_file_of_which_every_column_is_left_out_is_not_imported(page):
    choose(page, GERMAN.encode())
    for choice in page.locator("select[data-map]").all():
        choice.select_option("")
    expect(page.get_by_role("button", name=re.compile("^Import "))).to_be_disabled()
    expect(page.locator("#im-why")).to_contain_text("First name, Last name, Email, Currency and Status")


def test_what_the_same_file_would_do_again_is_said_as_it_is(page):
    choose(page, GERMAN.encode())
    expect(page.get_by_text("the same file again changes nothing")).to_be_visible()
    page.get_by_role("combobox", name="Kundennr. goes to").select_option("")
    expect(page.get_by_text("its rows fail, because their emails are there")).to_be_visible()
    page.goto("/admin/clients/import?allow_duplicate_email=true")
    page.locator("#f-clients").set_input_files({"name": "c.csv", "mimeType": "text/csv", "buffer": GERMAN.encode()})
    page.get_by_role("button", name="Read the files").click()
    page.get_by_role("combobox", name="Kundennr. goes to").select_option("")
    expect(page.get_by_text("every client is made twice")).to_be_visible()


def test_failed_rows_are_mended_and_loaded_again(page, system):
    text = f'{GERMAN}2;"Ada" B;Quote;ada@mended.example;;EUR;active\n3;=Cara;Land;cara@mended.example;;EURO;active\n'
    text = text.replace("\n", "\nm").removesuffix("m")
    choose(page, text.replace("german", "mended").encode())
    page.get_by_role("button", name="Import 3 rows").click()
    assert figures(page) == {"Imported": 1, "Skipped": 0, "Failed": 2}
    with page.expect_download() as download:
        page.get_by_role("link", name="Failed rows").click()
    failed = Path(download.value.path()).read_text(encoding="utf-8-sig")
    header, first, second = csv.reader(io.StringIO(failed), delimiter=";")
    assert header == ["Kundennr.", "Vorname", "Nachname", "E-Mail", "Währung", "Status", "import_reason"]
    assert first[:2] == ["m2", "Ada B"] and "a quote inside a cell" in first[-1]
    assert second[:2] == ["m3", "'=Cara"] and "Is EUR meant?" in second[-1]
    page.get_by_role("link", name="Load mended rows").click()
    page.locator("#f-clients").set_input_files(
        {"name": "failed-clients.csv", "mimeType": "text/csv", "buffer": failed.replace("EURO", "EUR").encode()}
    )
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("region", name="Clients", exact=True)).to_contain_text("6 of 6 columns matched")
    page.get_by_role("button", name="Import 2 rows").click()
    assert figures(page) == {"Imported": 2, "Skipped": 0, "Failed": 0}
    assert {row["name"] for row in system.rows("/clients", q="mended.example")} == {
        "Jörg Müller",
        "Ada B Quote",
        "=Cara Land",
    }


@pytest.mark.parametrize("width", [360, 390, 820, 1280])
def test_the_mapping_never_scrolls_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    wide = GERMAN.replace("Vorname", "Donaudampfschifffahrtsgesellschaftskapitän" * 2)
    choose(page, wide.encode())
    expect(page.get_by_role("heading", name="What will be read")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_file_at_all_is_refused(page, console_messages):
    console_messages.expect_status(422)
    page.goto("/admin/clients/import")
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one file")
