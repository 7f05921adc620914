"""Domains and the billing account: added, edited, moved, read on the page and in the log."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.activity_page import in_log
from tests.support.browser.row_menu import act_on


@pytest.fixture
def client(system) -> dict:
    """A client without any domain."""
    return system.new_client(company="Domains Ltd", currency="EUR")


def open_tab(page: Page, client: dict) -> None:
    page.goto(f"/admin/clients/{client['id']}/domains")


def add(page: Page, name: str, nameservers: str = "ns1.example\nns2.example"):
    page.get_by_role("link", name="Add domain").click()
    dialog = page.get_by_role("dialog", name="Add domain")
    dialog.get_by_label("Domain").fill(name)
    dialog.get_by_label("How it comes").select_option("existing")
    dialog.get_by_label("Registrar").fill("Nominet")
    dialog.get_by_label("Expires on").fill("2031-05-01")
    dialog.get_by_label("Nameservers").fill(nameservers)
    dialog.get_by_role("button", name="Add domain").click()
    return dialog


def test_a_domain_is_added_edited_and_moved(page, client):
    name = f"bücher-{uuid.uuid4().hex[:8]}.example"
    open_tab(page, client)
    add(page, name)
    expect(page.locator("#notice")).to_have_text(f"{name} added")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("ns1.example")
    expect(row).to_contain_text("1 May 2031")
    expect(page.get_by_role("tab", name="Domains")).to_contain_text("1")

    act_on(row, f"Edit {name}")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Nameservers")).to_have_value("ns1.example\nns2.example")
    dialog.get_by_label("Nameservers").fill("a.ns.example\nb.ns.example\nc.ns.example")
    dialog.get_by_label("Auto-renew").check()
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("and 1 more")
    expect(row).to_contain_text("On")

    act_on(row, f"Change state of {name}")
    dialog.get_by_label("New state").select_option(label="Expired")
    dialog.get_by_role("button", name="Change state").click()
    expect(row.locator(".st.expired")).to_be_visible()
    in_log(page, client, "to expired")
    page.get_by_role("tab", name="Activity Log").click()
    for sentence in (f"added the domain {name}", "nameservers", f"set the domain {name} to expired"):
        expect(page.locator("#panel")).to_contain_text(sentence)


def test_a_name_that_is_taken_or_none_stays_in_the_form(page, system, client, console_messages):
    console_messages.expect_status(409, 422)
    other, name = system.new_client(), f"taken-{uuid.uuid4().hex[:8]}.example"
    open_tab(page, other)
    add(page, name)
    expect(page.locator("#notice")).to_have_text(f"{name} added")
    open_tab(page, client)
    dialog = add(page, name)
    expect(dialog.get_by_role("alert")).to_contain_text(f"{name} is here already.")
    dialog.get_by_label("Domain").fill("not a name")
    dialog.get_by_label("Nameservers").fill("only.one.example")
    dialog.get_by_role("button", name="Add domain").click()
    expect(dialog.get_by_role("alert")).to_contain_text("2 fields need a look.")
    expect(dialog.locator("#f-name")).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator("#f-nameservers")).to_have_value("only.one.example")


def test_billing_is_edited_from_the_overview(page, client):
    page.goto(f"/admin/clients/{client['id']}")
    page.get_by_role("link", name="Edit billing").click()
    dialog = page.get_by_role("dialog", name="Edit billing")
    dialog.get_by_label("Currency").select_option("GBP")
    dialog.get_by_label("Address line 1").fill("12 Wharf")
    dialog.get_by_label("City").fill("Bristol")
    dialog.get_by_label("Country").select_option("GB")
    dialog.get_by_role("button", name="Save").click()
    panel = page.get_by_role("region", name="Billing")
    expect(panel).to_contain_text("GBP")
    expect(panel).to_contain_text("12 Wharf")
    in_log(page, client, "of the billing account")


def test_an_edit_of_billing_that_comes_second_is_shown_what_is_there_now(open_page, client, console_messages):
    console_messages.expect_status(412)
    first, second = open_page(), open_page()
    for page in (first, second):
        page.goto(f"/admin/clients/{client['id']}/billing/edit")
    for page, city in ((first, "Bristol"), (second, "Bath")):
        page.get_by_label("City").fill(city)
        page.get_by_role("button", name="Save").click()
        if page is first:
            expect(page).to_have_url(re.compile(f"/admin/clients/{client['id']}$"))
    expect(second.locator("#dialog, #page").get_by_text("It reads now:")).to_contain_text("Bristol")
    expect(second.get_by_label("City")).to_have_value("Bath")


def test_a_currency_that_cannot_be_changed_says_why(page, full):
    page.goto(f"/admin/clients/{full['id']}")
    page.get_by_role("link", name="Edit billing").click()
    dialog = page.get_by_role("dialog", name="Edit billing")
    expect(dialog.get_by_label("Currency")).to_have_attribute("readonly", "")
    expect(dialog).to_contain_text("Fixed, since there is an invoice, an order or a credit entry in it.")


def test_domains_work_on_a_phone(phone, client):
    open_tab(phone, client)
    name = f"small-{uuid.uuid4().hex[:8]}.example"
    add(phone, name)
    act_on(phone.get_by_role("row").filter(has_text=name), f"Edit {name}")
    expect(phone.get_by_role("dialog")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
