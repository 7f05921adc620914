"""The documentation of both APIs: found from one's account, read by section and by event, on a phone too."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE


def test_from_ones_account_to_an_operation_and_an_event(page: Page):
    page.goto("/admin/profile")
    page.get_by_role("link", name="API documentation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("API documentation")
    page.get_by_role("link", name="POST /api/v1/clients/{client_id}/notes", exact=True).click()
    body = page.get_by_role("table", name="Body of add_note", exact=True)
    expect(body.get_by_role("row").filter(has_text="sticky")).to_contain_text("boolean")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="API documentation").click()
    page.get_by_role("link", name="invoice.published.v1").click()
    expect(page.get_by_role("table", name="data.facts")).to_contain_text("lines[].unit_price")
    expect(page.get_by_role("region", name="Example")).to_contain_text('"type": "invoice.published.v1"')


@pytest.mark.parametrize("address", ["/api/docs", "/api/docs/http/invoices", "/api/docs/events/invoice.published.v1"])
def test_nothing_scrolls_sideways_on_a_phone(page: Page, address):
    page.set_viewport_size(PHONE)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"] == 390


def test_an_operation_is_tried_from_its_page_and_the_token_is_kept_nowhere_else(page: Page, system, console_messages):
    console_messages.expect_status(401)
    client = system.new_client()
    page.goto("/api/docs/http/notes")
    form = page.locator("form[aria-label='Try add_note']")
    answer = form.get_by_role("status", name="Answer to add_note")
    page.locator("details", has=form).get_by_text("Try it").click()
    form.get_by_label("client_id").fill(client["id"])
    form.get_by_label("body").fill('{"body": "<b>Pays by the year</b>"}')
    form.get_by_role("button", name="Send POST").click()
    expect(answer).to_contain_text("401")
    page.get_by_label("Token").fill(system.token)
    form.get_by_role("button", name="Send POST").click()
    expect(answer).to_contain_text("201")
    expect(answer).to_contain_text("<b>Pays by the year</b>")
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
    assert system.token not in kept
    page.reload()
    expect(page.get_by_label("Token")).to_have_value("")
