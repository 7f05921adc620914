"""The catalogue as staff see and change it: New Product, prices by currency, retire, what is refused, a phone."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.row_menu import act_on


@pytest.fixture
def name() -> str:
    """A product's name that is nobody else's."""
    return f"Colo {uuid.uuid4().hex[:8]}"


def open_new(page: Page):
    """The empty form, as a dialog."""
    page.goto("/admin/clients")
    page.get_by_role("navigation", name="Primary").get_by_role("link", name="Products").click()
    page.get_by_role("link", name="New Product").click()
    dialog = page.get_by_role("dialog", name="New Product")
    expect(dialog.get_by_label("Name")).to_be_focused()
    return dialog


def row(page: Page, name: str):
    """The product's row of the list."""
    return page.get_by_role("row").filter(has_text=name)


def make(page: Page, name: str) -> None:
    """A product at 19.00 a month and 190.00 a year in euro."""
    dialog = open_new(page)
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Tax rate").fill("19")
    dialog.locator("[id='f-currency.0']").select_option("EUR")
    dialog.locator("[id='f-price.0.monthly']").fill("19.00")
    dialog.locator("[id='f-price.0.annual']").fill("190")
    dialog.get_by_role("button", name="Create Product").click()
    expect(dialog).not_to_be_visible()


def test_a_new_product_stands_in_the_list_with_its_prices(page, name, system):
    make(page, name)
    expect(page.locator("#notice")).to_have_text(f"{name} added")
    page.get_by_label("Prices in").select_option("EUR")
    expect(row(page, name)).to_contain_text(re.compile(r"€19\.00.*€190\.00.*19%.*Sold", re.S))
    (made,) = (one for one in system.rows("/products", limit=100) if one["name"] == name)
    assert made["prices"] == [
        {"billing_cycle": "monthly", "currency": "EUR", "amount": "19.00"},
        {"billing_cycle": "annual", "currency": "EUR", "amount": "190.00"},
    ]


def test_prices_of_another_currency_are_added_and_faults_stand_at_their_fields(page, name, console_messages):
    console_messages.expect_status(422)
    make(page, name)
    act_on(row(page, name), f"Edit {name}")
    dialog = page.get_by_role("dialog", name=f"Edit {name}")
    expect(dialog.locator("[id='f-currency.0']")).to_have_value("EUR")
    dialog.get_by_role("button", name="Add currency").click()
    expect(dialog.locator("[id='f-currency.1']")).to_be_focused()
    dialog.locator("[id='f-currency.1']").select_option("JPY")
    dialog.locator("[id='f-price.1.monthly']").fill("2900.50")
    dialog.get_by_role("button", name="Save Product").click()
    expect(dialog.get_by_role("alert")).to_contain_text("JPY has 0 digits after the point.")
    expect(dialog.locator("[id='f-price.1.monthly']")).to_have_attribute("aria-invalid", "true")
    dialog.locator("[id='f-price.1.monthly']").fill("2900")
    dialog.locator("[id='f-price.0.monthly']").fill("21.00")
    dialog.get_by_role("button", name="Save Product").click()
    expect(dialog).not_to_be_visible()
    page.get_by_label("Prices in").select_option("EUR")
    expect(page).to_have_url(re.compile("currency=EUR"))
    expect(row(page, name)).to_contain_text("€21.00")
    page.get_by_label("Prices in").select_option("JPY")
    expect(row(page, name)).to_contain_text("¥2,900")
    expect(page).to_have_url(re.compile("currency=JPY"))


def test_a_retired_product_is_marked_and_can_be_sold_again(page, name):
    make(page, name)
    act_on(row(page, name), f"Retire {name}")
    dialog = page.get_by_role("dialog", name=f"Retire {name}")
    expect(dialog).to_contain_text("It can no longer be ordered.")
    dialog.get_by_role("button", name="Retire").click()
    expect(row(page, name)).to_contain_text("Retired")
    page.get_by_label("Sold").select_option("yes")
    expect(row(page, name)).to_have_count(0)
    page.get_by_label("Sold").select_option("no")
    act_on(row(page, name), f"Sell {name} again")
    page.get_by_role("dialog").get_by_role("button", name="Sell again").click()
    expect(page.locator("#notice")).to_have_text(f"{name} is sold again")


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(page, name, console_messages):
    console_messages.expect_status(409)
    make(page, name)
    page.get_by_role("link", name="New Product").click()
    dialog = page.get_by_role("dialog", name="New Product")
    dialog.get_by_label("Name").fill(name.upper())
    dialog.locator("[id='f-currency.0']").select_option("USD")
    dialog.locator("[id='f-price.0.one_time']").fill("5")
    dialog.get_by_role("button", name="Create Product").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Another product has this name.")
    expect(dialog.locator("[id='f-price.0.one_time']")).to_have_value("5")


def test_without_script_the_forms_are_pages(open_page, name):
    page = open_page(java_script_enabled=False)
    page.goto("/admin/products/new")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add currency").click()
    page.locator("[id='f-currency.1']").select_option("GBP")
    page.locator("[id='f-price.1.quarterly']").fill("30.00")
    page.get_by_role("button", name="Create Product").click()
    expect(page).to_have_url(re.compile(r"/admin/products$"))
    expect(row(page, name)).to_contain_text("1 price")


def test_on_a_phone_the_list_and_the_form_fit(phone, name):
    phone.goto("/admin/products")
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    phone.get_by_role("link", name="New Product").click()
    box = phone.get_by_role("dialog", name="New Product").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
