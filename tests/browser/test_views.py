"""Saved views of the client list: the bar with its counts, what is done with a view, columns, and the list as a file."""

import csv
import io
import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser.list_page import expect_only, rows

SEARCH = "Search name, company, email or phone"


@pytest.fixture
def word() -> str:
    """A word that no client's name has yet."""
    return f"Views{uuid.uuid4().hex[:8]}"


@pytest.fixture
def three(system, word) -> list[dict]:
    """Three clients with that word in their names."""
    return [system.new_client(company=f"{word} {name}", city=city) for name, city in TOWNS]


TOWNS = (("Aalto", "Leeds"), ("Berg", "Bonn"), ("Cole", "Bonn"))


@pytest.fixture(autouse=True)
def as_it_comes(system):
    """The person's own arrangement, undone after each test."""
    yield
    for view in system.rows("/views"):
        if view["mine"]:
            system.delete(f"/views/{view['id']}")
        elif view["default"]:
            system.patch(f"/views/{view['id']}", {"default": False})
    system.patch("/me/client-list", {"columns": [], "widths": {}, "density": "two_lines"})


def bar(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Saved views")


def save_view(page: Page, name: str, *ticks: str) -> None:
    """Save what the list now shows under a name."""
    page.get_by_role("link", name="Save view").click()
    dialog = page.get_by_role("dialog", name="Save view")
    dialog.get_by_label("Name").fill(name)
    for tick in ticks:
        dialog.get_by_label(tick).check()
    dialog.get_by_role("button", name="Save view").click()
    expect(bar(page).get_by_role("link", name=name)).to_have_attribute("aria-current", "page")


def act(page: Page, name: str) -> None:
    """Choose an act of the menu of views."""
    page.locator("#views .menu > summary[aria-label=Views]").click()
    page.locator("#views .menu[open]").get_by_text(name, exact=True).click()


def test_the_bar_comes_with_five_views_and_live_counts(page, system):
    page.goto("/admin/clients")
    links = bar(page).get_by_role("link")
    expect(links).to_have_count(6)
    expect(links.first).to_have_attribute("aria-current", "page")
    owing = system.get("/clients", filter="outstanding > 0").json()["page"]["total"]
    expect(bar(page).get_by_role("link", name="Owes").locator(".n")).to_have_text(str(owing))
    bar(page).get_by_role("link", name="Owes").click()
    expect(page.locator("#count")).to_have_text(str(owing))
    expect(page.get_by_role("combobox", name="Sort")).to_have_value("-outstanding")


def test_a_view_is_saved_opened_changed_and_taken_back(page, three, word):
    page.goto("/admin/clients")
    page.get_by_label(SEARCH).fill(word)
    expect(rows(page)).to_have_count(3)
    save_view(page, word)
    expect_only(page, *(f"{word} {name}" for name, _ in TOWNS))
    link = bar(page).get_by_role("link", name=word)
    expect(link.locator(".n")).to_have_text("3")
    page.get_by_label(SEARCH).fill(f"{word} Berg")
    expect(rows(page)).to_have_count(1)
    expect(link).to_have_class("dirty")
    act(page, "Back to the saved view")
    expect(rows(page)).to_have_count(3)
    expect(page.get_by_label(SEARCH)).to_have_value(word)


def test_a_view_is_updated_renamed_and_deleted(page, three, word):
    page.goto(f"/admin/clients?q={word}")
    save_view(page, word)
    page.get_by_label(SEARCH).fill(f"{word} Berg")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("link", name="Save view").click()
    page.get_by_role("button", name=f"Update “{word}”").click()
    expect(bar(page).get_by_role("link", name=word)).not_to_have_class("dirty")
    page.reload()
    expect(rows(page)).to_have_count(1)
    act(page, "Rename, pin, share")
    dialog = page.get_by_role("dialog", name=f"Edit {word}")
    dialog.get_by_label("Name").fill(f"{word} Two")
    dialog.get_by_role("button", name="Save").click()
    expect(bar(page).get_by_role("link", name=f"{word} Two")).to_be_visible()
    act(page, "Delete view")
    page.get_by_role("dialog", name="Delete view").get_by_role("button", name="Delete view").click()
    expect(bar(page).get_by_role("link", name=f"{word} Two")).to_have_count(0)


def test_a_view_moves_in_the_bar_and_is_duplicated(page, three, word):
    page.goto(f"/admin/clients?q={word}")
    save_view(page, word)
    expect(bar(page).get_by_role("link").last).to_contain_text(word)
    act(page, "Move left")
    expect(bar(page).get_by_role("link").nth(-2)).to_contain_text(word)
    act(page, "Duplicate")
    dialog = page.get_by_role("dialog", name="Save view")
    expect(dialog.get_by_label("Name")).to_have_value(f"{word} (copy)")
    dialog.get_by_role("button", name="Save view").click()
    expect(bar(page).get_by_role("link", name=f"{word} (copy)")).to_have_attribute("aria-current", "page")
    expect(rows(page)).to_have_count(3)


def test_the_list_opens_with_the_default_and_all_leads_past_it(page, three, word):
    page.goto(f"/admin/clients?q={word}")
    save_view(page, word, "My default when I open Clients")
    page.goto("/admin/clients")
    expect(rows(page)).to_have_count(3)
    bar(page).get_by_role("link", name="All").click()
    expect(page).to_have_url(re.compile(r"view=all"))
    expect(rows(page)).to_have_count(25)


def test_all_stays_all_while_one_sorts_and_searches(page, three, word, new_view):
    new_view(word, q=word, sort="-joined", default=True)
    page.goto("/admin/clients?view=all")
    expect(rows(page)).to_have_count(25)
    page.locator("#by-services").click()
    expect(page).to_have_url(re.compile(r"sort=-services"))
    page.locator("#by-name").click()
    expect(page).to_have_url(re.compile(r"\?view=all$"))
    expect(page.get_by_role("combobox", name="Sort")).to_have_value("name")
    expect(rows(page)).to_have_count(25)
    page.get_by_label(SEARCH).fill(word)
    expect_only(page, *(f"{word} {name}" for name, _ in TOWNS))
    page.get_by_label(SEARCH).fill("")
    expect(rows(page)).to_have_count(25)
    expect(bar(page).get_by_role("link", name="All")).to_have_attribute("aria-current", "page")


def test_a_name_that_is_taken_is_said_beside_its_field(page, console_messages):
    console_messages.expect_status(409)
    page.goto("/admin/clients")
    page.get_by_role("link", name="Save view").click()
    dialog = page.get_by_role("dialog", name="Save view")
    dialog.get_by_label("Name").fill("owes")
    dialog.get_by_role("button", name="Save view").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Owes exists already.")


def test_a_view_whose_field_is_gone_opens_and_says_so(page, word, new_view):
    view = new_view(word, filter='field."Nowhere" = true')
    page.goto(f"/admin/clients?view={view['id']}")
    expect(page.get_by_role("alert").filter(has_text="cannot be used as it was saved")).to_be_visible()
    expect(page.locator("#rows")).to_contain_text("Nowhere")
    expect(bar(page).get_by_role("link", name=word).locator(".n")).to_have_text("!")
    page.locator("#rows").get_by_role("link", name="All clients").click()
    expect(rows(page)).to_have_count(25)


def chooser(page: Page) -> Locator:
    page.locator("#columns > summary").click()
    return page.locator("#columns form")


def test_columns_are_chosen_ordered_by_keys_widened_and_given_back(page, three, word):
    page.goto(f"/admin/clients?q={word}")
    form = chooser(page)
    form.get_by_role("checkbox", name="Email").uncheck()
    form.get_by_role("checkbox", name="City").check()
    city = form.get_by_role("checkbox", name="City")
    for _ in range(40):
        if form.locator("li").first.get_by_role("checkbox", name="City").count():
            break
        city.press("Alt+ArrowUp")
    form.get_by_label("Width of City").fill("300")
    form.get_by_text("Compact").click()
    form.get_by_role("button", name="Apply").click()
    heads = page.locator("#rows thead th:not(.c)")
    expect(heads).to_have_text(["City", "Name", "Group", "Services", "Outstanding", "Last login", "Status"])
    expect(page.locator("#rows table")).to_have_class(re.compile("compact"))
    expect(page.locator("#rows col").nth(1)).to_have_attribute("width", "300")
    page.reload()
    expect(page.locator("#rows tbody td:not(.c)").first).to_have_text("Leeds")
    chooser(page).get_by_role("button", name="Seven standard columns").click()
    expect(heads).to_have_text(["Name", "Email", "Group", "Services", "Outstanding", "Last login", "Status"])


def test_the_list_is_taken_as_a_file_as_it_is_filtered(page, three, word):
    page.goto("/admin/clients")
    page.get_by_label(SEARCH).fill(f"{word} Berg")
    expect(rows(page)).to_have_count(1)
    for kind, suffix in (("CSV", ".csv"), ("Excel (XLSX)", ".xlsx")):
        page.get_by_role("link", name="Export").click()
        dialog = page.get_by_role("dialog", name="Export clients")
        expect(dialog).to_contain_text("1 client as filtered, 7 columns")
        dialog.get_by_label(kind).check()
        with page.expect_download() as download:
            dialog.get_by_role("button", name="Export").click()
        assert download.value.suggested_filename.endswith(suffix)
        content = download.value.path().read_bytes()
        if kind == "CSV":
            lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
            assert [line[0] for line in lines] == ["Name", f"{word} Berg"]
        dialog.get_by_role("button", name="Cancel").click()


def test_there_is_nothing_to_export_of_nothing(page, word):
    page.goto(f"/admin/clients?q={word}")
    page.get_by_role("link", name="Export").click()
    dialog = page.get_by_role("dialog", name="Export clients")
    expect(dialog).to_contain_text("there is nothing to export")
    expect(dialog.get_by_role("button", name="Export")).to_be_disabled()
