"""The filter of the client list: chips by mouse and keyboard, the same as text, without JavaScript, and what is wrong."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.list_page import rows, shown_ids


def filter_of(page: Page) -> str:
    """The filter in the address."""
    return parse_qs(urlsplit(page.url).query).get("filter", [""])[0]


def expect_filter(page: Page, system, text: str, typed: str | None = None) -> None:
    """Wait until the list has this filter, in the address as it was typed, and the rows that the API answers for it."""
    asked = typed or text
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("filter", [""])[0] == asked, wait_until="commit")
    expect(page.locator("#filter-text")).to_have_value(text)
    wanted = [row["id"] for row in system.rows("/clients", filter=text)]
    expect(rows(page)).to_have_count(len(wanted))
    assert shown_ids(page) == wanted


def chips(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".chip-b").all_inner_texts()]


def type_filter(page: Page, text: str) -> None:
    page.keyboard.press("Shift+f")
    box = page.get_by_label("Filter", exact=True)
    expect(box).to_be_focused()
    box.fill(text)
    box.press("Enter")


def test_a_chip_is_made_changed_and_removed_by_the_keyboard_alone(page, system):
    page.goto("/admin/clients")
    page.keyboard.press("f")
    expect(page.get_by_role("combobox", name="Field")).to_be_focused()
    page.keyboard.type("outst")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox", name="Operator")).to_be_focused()
    expect(page.get_by_role("option", name="more than")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect_filter(page, system, "outstanding > 100 EUR")
    assert chips(page) == ["Outstanding more than 100 EUR"]
    expect(page.get_by_role("button", name="Filter", exact=False).and_(page.locator("[data-add]"))).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.type("status")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("susp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect_filter(page, system, "outstanding > 100 EUR AND status != suspended")

    page.locator(".chip-b").first.focus()
    page.keyboard.press("Enter")
    value = page.get_by_label("Value", exact=True)
    expect(value).to_be_focused()
    value.fill("0")
    page.keyboard.press("Enter")
    expect_filter(page, system, "outstanding > 0 AND status != suspended")

    page.get_by_role("button", name="Remove Outstanding more than 0").press("Enter")
    expect_filter(page, system, "status != suspended")
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    expect(page.locator("#filter-editor")).to_have_count(0)
    expect(page.locator("[data-add]")).to_be_focused()


def test_and_becomes_or_and_back_and_both_are_kept_by_a_reload(page, system):
    page.goto("/admin/clients?filter=status+%3D+suspended+AND+country+%3D+DE")
    page.get_by_role("button", name="Joined by and, change to or").click()
    expect_filter(page, system, "status = suspended OR country = DE")
    expect(page.get_by_role("group", name="Any of these")).to_have_count(1)
    page.reload()
    expect(page.locator(".chip")).to_have_count(2)
    page.get_by_role("button", name="Joined by or, change to and").click()
    expect_filter(page, system, "status = suspended AND country = DE")


def test_what_is_typed_becomes_chips_and_the_chips_the_same_text(page, system):
    page.goto("/admin/clients")
    typed = "status=active (outstanding > 0 OR NOT created_by:*) -country = DE"
    type_filter(page, typed)
    canonical = "status = active AND (outstanding > 0 OR NOT created_by:*) AND NOT country = DE"
    expect_filter(page, system, canonical, typed)
    page.get_by_role("button", name="Chips").and_(page.locator(":visible")).click()
    expect(page.locator(".chip")).to_have_count(4)
    assert chips(page) == ["Status is active", "Outstanding more than 0", "Created by is empty", "Country is not DE"]
    page.get_by_role("button", name="Remove Status is active").click()
    expect_filter(page, system, "(outstanding > 0 OR NOT created_by:*) AND NOT country = DE")
    page.keyboard.press("Shift+f")
    expect(page.get_by_label("Filter", exact=True)).to_have_value(filter_of(page))


def test_a_broken_text_says_where_keeps_the_list_and_is_mended_by_tab(page, system, console_messages):
    console_messages.expect_status(422)
    page.goto("/admin/clients?filter=status+%3D+suspended")
    before = shown_ids(page)
    type_filter(page, "status = suspended AND last_logn < today")
    alert = page.get_by_role("alert").filter(has_text="Position 24")
    expect(alert).to_contain_text("There is no field last_logn. Did you mean last_login?")
    assert filter_of(page) == "status = suspended" and shown_ids(page) == before
    box = page.get_by_label("Filter", exact=True)
    expect(box).to_be_focused()
    assert box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "last_logn"
    page.keyboard.press("Tab")
    expect_filter(page, system, "status = suspended AND last_login < today")
    expect(alert).to_have_count(0)


@pytest.mark.parametrize("text", ["company:%", "company:it's", r'company:"a\"b"', 'company:"<b>"', 'company:"a AND b"'])
def test_quotes_and_markup_are_text(page, system, text):
    page.goto("/admin/clients")
    type_filter(page, text)
    expect_filter(page, system, text)
    page.get_by_role("button", name="Chips").and_(page.locator(":visible")).click()
    expect(page.locator(".chip-b b")).to_have_count(1)


def test_search_sort_and_pages_go_on_with_a_filter(page, system):
    page.goto("/admin/clients?filter=status+%3D+active")
    page.get_by_role("combobox", name="Sort").select_option(label="Outstanding, most")
    expect(page).to_have_url(re.compile(r"filter=status\+%3D\+active|filter=status%20%3D%20active"))
    expect(page).to_have_url(re.compile("sort=-outstanding"))
    expect(page.locator("[aria-sort=descending]")).to_contain_text("Outstanding")
    assert shown_ids(page) == [
        row["id"] for row in system.rows("/clients", filter="status = active", sort="-outstanding")
    ]
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile("after="))
    assert filter_of(page) == "status = active"
    page.get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/admin/clients\?sort=-outstanding$"))


def test_without_javascript_the_text_does_it_all(open_page, system, console_messages):
    console_messages.expect_status(422)
    page = open_page(java_script_enabled=False)
    page.goto("/admin/clients")
    page.get_by_label("Filter", exact=True).fill("status = suspended")
    page.locator("#filter").get_by_role("button", name="Apply").click()
    assert filter_of(page) == "status = suspended"
    assert shown_ids(page) == [row["id"] for row in system.rows("/clients", filter="status = suspended")]
    page.get_by_label("Filter", exact=True).fill("stats = suspended")
    page.locator("#filter").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="This filter cannot be used")).to_be_visible()
    page.get_by_role("link", name="Use status").click()
    assert filter_of(page) == "status = suspended"


def test_on_a_phone_the_editor_is_a_sheet_at_the_foot(open_page, system):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto("/admin/clients")
    page.locator("[data-add]").tap()
    editor = page.get_by_role("dialog", name="New filter")
    box = editor.bounding_box()
    assert box["x"] == 0 and box["width"] == 390 and abs(box["y"] + box["height"] - 844) < 2
    editor.get_by_role("option", name="Status").first.tap()
    editor.get_by_role("option", name="suspended", exact=True).tap()
    expect_filter(page, system, "status = suspended")
