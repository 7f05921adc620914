"""The client list by keyboard, without JavaScript, and on a phone."""

import re

from playwright.sync_api import expect

from tests.support.browser.list_page import ROWS, rows, shown_ids


def test_slash_goes_to_the_search_and_is_typed_there(page):
    page.goto("/admin/clients")
    page.keyboard.press("/")
    box = page.get_by_label("Search name, company, email or phone")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.press("/")
    expect(box).to_have_value("/")


def test_j_and_k_move_and_enter_opens_the_row(page):
    page.goto("/admin/clients")
    ids = shown_ids(page)
    for key, at in [("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)]:
        page.keyboard.press(key)
        expect(rows(page).nth(at)).to_contain_class("kb")
        expect(page.locator("tr.kb")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/admin/clients/{ids[1]}$"))


def test_brackets_turn_the_pages(page):
    page.goto("/admin/clients")
    first = shown_ids(page)
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile("after="))
    expect(page.locator(f"{ROWS} a.nm").first).to_be_focused()
    assert not set(shown_ids(page)) & set(first)
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile("before="))
    assert shown_ids(page) == first


def test_question_mark_opens_the_help_and_escape_closes_it(page):
    page.goto("/admin/clients")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("tr.kb")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()


def test_c_begins_a_new_client(page):
    page.goto("/admin/clients")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="New Client", level=1)).to_be_visible()


def test_single_keys_are_letters_inside_a_field(page):
    page.goto("/admin/clients")
    box = page.get_by_label("Search name, company, email or phone")
    box.press_sequentially("cj?")
    expect(box).to_have_value("cj?")
    expect(page).to_have_url(re.compile(r"\?q=cj"))
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_tab_reaches_the_content_past_the_navigation(page):
    page.goto("/admin/clients")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_the_list_works_without_javascript(open_page, system):
    page = open_page(java_script_enabled=False)
    page.goto("/admin/clients")
    page.get_by_label("Search name, company, email or phone").fill("a")
    page.get_by_role("combobox", name="Status").select_option(label="Active")
    page.get_by_role("combobox", name="Sort").select_option(label="Name Z–A")
    page.get_by_role("search", name="Clients").get_by_role("button", name="Apply").click()
    assert all(part in page.url for part in ("q=a", "status=active", "sort=-name"))
    names = page.locator(f"{ROWS} a.nm").all_inner_texts()
    assert names == [row["name"] for row in system.rows("/clients", q="a", status="active", sort="-name")]

    page.get_by_role("link", name="Next").click()
    assert all(part in page.url for part in ("after=", "q=a", "status=active", "sort=-name"))
    assert not set(names) & set(page.locator(f"{ROWS} a.nm").all_inner_texts())
    page.get_by_role("link", name="Prev").click()
    assert page.locator(f"{ROWS} a.nm").all_inner_texts() == names

    page.locator(f"{ROWS} a.nm").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == names[0]
    page.get_by_role("tab", name="Invoices").click()
    assert page.url.endswith("/invoices")
    assert page.get_by_role("tab", name="Invoices").get_attribute("aria-selected") == "true"


def test_on_a_phone_rows_are_cards_and_nothing_scrolls_sideways(phone):
    phone.goto("/admin/clients")
    assert phone.evaluate("document.scrollingElement.scrollWidth") == 390
    row = rows(phone).first
    box, name, state = row.bounding_box(), row.locator(".t-name").bounding_box(), row.locator(".t-st").bounding_box()
    assert box["width"] <= 390
    assert box["height"] > 46
    assert name["width"] > 150
    assert state["x"] + state["width"] <= 390
    expect(phone.locator("#rows thead")).not_to_be_in_viewport()
    expect(phone.get_by_role("row")).to_have_count(26)


def test_on_a_phone_the_menu_is_a_drawer_that_escape_closes(phone):
    phone.goto("/admin/clients")
    opener = phone.get_by_role("button", name="Open menu")
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(phone.get_by_role("navigation", name="Primary").get_by_role("link", name="Clients")).to_be_in_viewport()
    phone.keyboard.press("Escape")
    expect(opener).to_have_attribute("aria-expanded", "false")
    expect(opener).to_be_focused()
