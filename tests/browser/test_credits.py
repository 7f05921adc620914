"""The credit ledger as staff work with it."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser.activity_page import in_log


@pytest.fixture
def client(system) -> dict:
    """A client in pounds."""
    return system.new_client(company="Credit Ltd", currency="GBP")


def test_credit_is_added_by_its_keys_and_seen_in_balance_ledger_and_log(page, client):
    page.goto(f"/admin/clients/{client['id']}/credits")
    page.keyboard.press("n")
    page.keyboard.press("c")
    form = page.get_by_role("dialog", name="Add Credit")
    expect(form.get_by_label("Amount")).to_be_focused()
    form.get_by_label("Amount").fill("75.00")
    expect(form.locator("[data-amount=after]")).to_have_text("£75.00")
    form.get_by_label("Description").fill("Goodwill, <i>backup</i> took 9 hours")
    form.get_by_role("button", name="Add £75.00 credit").click()
    expect(form).not_to_be_visible()
    expect(page.locator("#notice")).to_have_text("£75.00 credit added")
    row = page.get_by_role("table", name="Credit transactions").get_by_role("row").nth(1)
    for text in ("Goodwill, <i>backup</i> took 9 hours", "Added", "Ada Admin", "+£75.00", "£75.00"):
        expect(row).to_contain_text(text)
    expect(page.locator("#summary")).to_contain_text("£75.00")
    in_log(page, client, "£75.00")


@pytest.mark.parametrize("typed", ["1,234.56", "1.234,56", "1 234,56", "1'234.56"])
def test_an_amount_is_typed_as_people_write_it(page, client, typed):
    page.goto(f"/admin/clients/{client['id']}/credits")
    page.get_by_role("group", name="Quick actions").get_by_role("link", name="Add Credit").click()
    form = page.get_by_role("dialog", name="Add Credit")
    form.get_by_label("Amount").fill(typed)
    form.get_by_label("Description").fill("Goodwill")
    form.get_by_role("button", name="Add £1,234.56 credit").click()
    expect(page.locator("#notice")).to_have_text("£1,234.56 credit added")


def test_an_entry_is_reversed_once_by_a_new_one(page, system, client, console_messages):
    console_messages.expect_status(422)
    system.post(
        f"/clients/{client['id']}/credits", {"amount": {"amount": "9.99", "currency": "GBP"}, "description": "Oops"}
    )
    page.goto(f"/admin/clients/{client['id']}/credits")
    page.get_by_role("link", name="Reverse: Oops").click()
    form = page.get_by_role("dialog", name="Reverse entry")
    form.get_by_role("button", name="Reverse entry").click()
    expect(form.get_by_role("alert")).to_contain_text("Fill this in.")
    form.get_by_label("Why").fill("Given to the wrong client")
    form.get_by_role("button", name="Reverse entry").click()
    rows = page.get_by_role("table", name="Credit transactions").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("Correction")
    expect(rows.nth(1)).to_contain_text("−£9.99")
    expect(page.get_by_role("link", name=re.compile("^Reverse"))).to_have_count(0)


@pytest.mark.parametrize("amount", ["-5", "0", "1e309", "12.345", "٣", "1,00,0"])
def test_an_amount_that_is_none_is_refused_beside_its_field(page, client, console_messages, amount):
    console_messages.expect_status(422)
    page.goto(f"/admin/clients/{client['id']}/credits")
    page.get_by_role("group", name="Quick actions").get_by_role("link", name="Add Credit").click()
    form = page.get_by_role("dialog", name="Add Credit")
    form.get_by_label("Amount").fill(amount)
    form.get_by_label("Description").fill("Typed wrong")
    expect(form.locator("[data-amount=after]")).to_have_text("–")
    form.get_by_role("button", name="Add Credit").click()
    expect(form.get_by_role("alert")).to_be_focused()
    expect(form.get_by_label("Amount")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Amount")).to_have_value(amount)
    expect(page.locator("#summary")).to_contain_text("£0.00")


def test_without_script_credit_is_added_on_a_page_of_its_own(open_page, client):
    page = open_page(java_script_enabled=False)
    page.goto(f"/admin/clients/{client['id']}")
    page.get_by_role("link", name="Add Credit").click()
    page.get_by_label("Amount").fill("5")
    page.get_by_label("Description").fill("Plain")
    page.get_by_role("button", name="Add Credit").click()
    expect(page).to_have_url(re.compile(r"/credits$"))
    expect(page.locator("#panel")).to_contain_text("+£5.00")
