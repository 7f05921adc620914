"""The search box of each page: by keyboard with its list, without JavaScript by the page of results, and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser.list_page import ROWS

NAME = f"{ROWS} a.nm"


def name_and_id(page) -> tuple[str, str]:
    """The name and the id of a client of the list."""
    page.goto("/admin/clients")
    link = page.locator(NAME).first
    return link.inner_text().strip(), link.get_attribute("href").rpartition("/")[2]


def test_control_k_goes_to_the_box_and_arrows_and_enter_open_what_is_found(page):
    name, client_id = name_and_id(page)
    page.goto("/admin/profile")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search everything")
    expect(box).to_be_focused()
    page.keyboard.type(name, delay=20)
    listbox = page.get_by_role("listbox", name="Results")
    option = listbox.get_by_role("option", name=name).first
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_value(name)
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/admin/clients/{client_id}$"))


def test_escape_closes_the_list_and_too_few_characters_open_none(page):
    name, _ = name_and_id(page)
    box = page.get_by_role("combobox", name="Search everything")
    box.fill(name)
    found = page.locator("#everything-list")
    expect(found).to_be_visible()
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    box.fill(name + " ")
    expect(found).to_be_visible()
    box.fill("ab")
    expect(found).to_be_hidden()


def test_nothing_found_is_said(page):
    page.goto("/admin/profile")
    page.get_by_role("combobox", name="Search everything").fill("zzzz nobody")
    expect(page.locator("#everything-list")).to_contain_text("Nothing is called zzzz nobody")


def test_without_javascript_the_form_leads_to_the_results(open_page):
    plain_page = open_page(java_script_enabled=False)
    name, client_id = name_and_id(plain_page)
    plain_page.get_by_role("combobox", name="Search everything").fill(name)
    plain_page.keyboard.press("Enter")
    expect(plain_page).to_have_url(re.compile("/admin/search"))
    expect(plain_page.get_by_role("heading", name="Clients")).to_be_visible()
    assert plain_page.locator(f'main a[href="/admin/clients/{client_id}"]').count()


@pytest.mark.parametrize("width", [360, 390, 820, 900, 1100, 1440])
def test_the_box_and_its_list_fit_each_width(page, width):
    name, _ = name_and_id(page)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/admin/search")
    page.get_by_role("combobox", name="Search everything").fill(name)
    found = page.locator("#everything-list")
    expect(found).to_be_visible()
    edges = found.bounding_box()
    assert edges["x"] >= 0 and edges["x"] + edges["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
