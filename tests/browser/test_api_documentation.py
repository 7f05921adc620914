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
