"""A form that acts, by the example of the client's status: as a dialog, refused, as a page of its own, on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.activity_page import in_log


@pytest.fixture
def client(system) -> dict:
    """A client who is active."""
    return system.new_client(company="Status Ltd")


def open_dialog(page: Page, client: dict) -> Page:
    page.goto(f"/admin/clients/{client['id']}")
    page.get_by_role("link", name="Change status").click()
    dialog = page.get_by_role("dialog", name="Change status")
    expect(dialog).to_be_visible()
    return dialog


def test_a_change_closes_the_dialog_shows_on_the_open_page_and_in_the_log(page, client):
    dialog = open_dialog(page, client)
    expect(dialog.get_by_label("Status")).to_be_focused()
    dialog.get_by_label("Status").select_option("suspended")
    dialog.get_by_label("Reason").fill("Moving house <b>soon</b>")
    dialog.get_by_role("button", name="Change status").click()
    expect(dialog).not_to_be_visible()
    expect(page.locator("#notice")).to_have_text("Status changed to suspended")
    expect(page.locator("#rhead .st")).to_have_text("Suspended")
    in_log(page, client, "set the client's status to suspended: Moving house <b>soon</b>")


def test_a_refused_form_stays_filled_names_the_field_and_takes_the_focus(page, client, console_messages):
    console_messages.expect_status(422, 409)
    dialog = open_dialog(page, client)
    dialog.get_by_role("button", name="Change status").click()
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_role("alert")).to_contain_text("Reason: Fill this in.")
    expect(dialog.locator("#f-reason")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Reason").fill("Because")
    dialog.get_by_role("button", name="Change status").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The client is active already.")
    expect(dialog.get_by_label("Reason")).to_have_value("Because")


def test_cancel_and_escape_leave_everything_as_it_is(page, client):
    dialog = open_dialog(page, client)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).not_to_be_visible()
    page.get_by_role("link", name="Change status").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(page.locator("#rhead .st")).to_have_text("Active")


@pytest.mark.parametrize("script", [False, True], ids=["without script", "opened as a page"])
def test_the_form_is_a_page_of_its_own_too_and_leads_back(open_page, client, system, script):
    page = open_page(java_script_enabled=script)
    page.goto(f"/admin/clients/{client['id']}/status" if script else f"/admin/clients/{client['id']}")
    if not script:
        page.get_by_role("link", name="Change status").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change status")
    page.get_by_label("Status").select_option("inactive")
    page.get_by_label("Reason").fill("Closed down")
    page.get_by_role("button", name="Change status").click()
    expect(page).to_have_url(re.compile(rf"/admin/clients/{client['id']}$"))
    expect(page.locator("#rhead .st")).to_have_text("Inactive")
    assert system.get(f"/clients/{client['id']}").json()["status"] == "inactive"


def test_on_a_phone_the_dialog_fits_the_screen(phone, client):
    dialog = open_dialog(phone, client)
    box = dialog.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
