"""Contacts as staff keep them: added, changed, disabled, made primary, removed, invited; and what is refused."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.activity_page import in_log
from tests.support.browser.row_menu import act_on


@pytest.fixture
def client(system) -> dict:
    return system.new_client(first_name="Ann", last_name="Lee")


@pytest.fixture
def contacts(page, client) -> Page:
    """The client's Contacts tab."""
    page.goto(f"/admin/clients/{client['id']}/contacts")
    return page


def add(page: Page, first: str, last: str, role: str = "billing", email: str = "") -> None:
    page.get_by_role("link", name="Add Contact").click()
    dialog = page.get_by_role("dialog", name="Add Contact")
    dialog.get_by_label("First name").fill(first)
    dialog.get_by_label("Last name").fill(last)
    dialog.get_by_label("Email").fill(email or f"{uuid.uuid4().hex}@example.com")
    dialog.get_by_label("Phone").fill("0711 28422")
    dialog.get_by_label("Role").select_option(role)
    dialog.get_by_role("button", name="Add Contact").click()


def row(page: Page, name: str):
    return page.get_by_role("row").filter(has_text=name)


def act(page: Page, name: str, link: str, button: str):
    """Open an act from the contact's row and say yes; the dialog."""
    act_on(row(page, name), f"{link} {name}")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=button, exact=True).click()
    return dialog


def test_a_contact_is_added_edited_disabled_enabled_and_removed(contacts, client):
    add(contacts, "Bo", "Ek")
    expect(contacts.locator("#notice")).to_have_text("Contact added")
    expect(row(contacts, "Bo Ek")).to_contain_text("Invoices and payments")
    act_on(row(contacts, "Bo Ek"), "Edit Bo Ek")
    dialog = contacts.get_by_role("dialog", name="Edit contact")
    expect(dialog.get_by_label("First name")).to_have_value("Bo")
    dialog.get_by_label("First name").fill("Bodil")
    dialog.get_by_label("Role").select_option("technical")
    dialog.get_by_label("Phone").fill("")
    dialog.get_by_role("button", name="Save Contact").click()
    expect(row(contacts, "Bodil Ek")).to_contain_text("Technical")
    expect(row(contacts, "Bodil Ek")).to_contain_text("No phone")
    act(contacts, "Bodil Ek", "Disable", "Disable")
    expect(row(contacts, "Bodil Ek")).to_contain_text("Disabled")
    act(contacts, "Bodil Ek", "Enable", "Enable")
    expect(row(contacts, "Bodil Ek")).to_contain_text("Never invited")
    act(contacts, "Bodil Ek", "Remove", "Remove")
    expect(contacts.locator("#notice")).to_have_text("Contact removed")
    expect(row(contacts, "Bodil Ek")).to_have_count(0)
    in_log(
        contacts,
        client,
        "added the contact Bo Ek",
        "changed first name, phone and role of the contact Bodil Ek",
        "changed status of the contact Bodil Ek",
        "removed the contact Bodil Ek",
    )


def test_making_a_contact_primary_renames_the_client_on_the_head(contacts, client):
    add(contacts, "Bo", "Ek")
    act(contacts, "Bo Ek", "Make primary:", "Make primary")
    expect(contacts.get_by_role("heading", level=1)).to_have_text("Bo Ek")
    expect(row(contacts, "Bo Ek")).to_contain_text("Primary contact")
    expect(row(contacts, "Bo Ek").get_by_role("link", name=re.compile("Remove|Disable"))).to_have_count(0)
    in_log(contacts, client, "made Bo Ek the primary contact")


def test_the_last_owner_is_kept_and_the_dialog_says_why(contacts, console_messages):
    console_messages.expect_status(409)
    add(contacts, "Bo", "Ek")
    act(contacts, "Bo Ek", "Make primary:", "Make primary")
    expect(contacts.get_by_role("heading", level=1)).to_have_text("Bo Ek")
    dialog = act(contacts, "Ann Lee", "Remove", "Remove")
    expect(dialog.get_by_role("alert")).to_contain_text(
        "Ann Lee is the last active owner. Make somebody else an owner first."
    )
    expect(dialog.get_by_role("alert")).to_be_focused()
    dialog.get_by_role("button", name="Cancel").click()
    expect(row(contacts, "Ann Lee")).to_be_visible()


def test_a_link_is_shown_once_and_the_row_says_invited(contacts, client, system):
    add(contacts, "Bo", "Ek")
    dialog = act(contacts, "Bo Ek", "Invite", "Mail the invitation")
    link = dialog.get_by_label("Link")
    expect(link).to_have_value(re.compile(re.escape(system.portal_origin) + r"/client/invitation/[\w-]{43}$"))
    expect(dialog).to_contain_text(
        re.compile(
            r"Invitation mailed to Bo Ek \(.*\)\.\s+You may log in as the client, .* this once; it works .* \d",
            re.DOTALL,
        )
    )
    dialog.get_by_role("link", name="Done").click()
    expect(row(contacts, "Bo Ek")).to_contain_text("Invited")
    in_log(contacts, client, "invited Bo Ek to the portal")


def test_an_email_of_another_client_is_taken_when_it_is_meant(contacts, system, console_messages):
    console_messages.expect_status(409)
    other = system.new_client(company="Other & Co")
    add(contacts, "Bo", "Ek", email=other["profile"]["email"])
    dialog = contacts.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Other & Co", exact=True)).to_be_visible()
    dialog.get_by_label("It is meant").check()
    dialog.get_by_role("button", name="Add Contact").click()
    expect(row(contacts, "Bo Ek")).to_be_visible()


def test_faulty_fields_are_named_and_nothing_is_lost(contacts, console_messages):
    console_messages.expect_status(422)
    add(contacts, "B\u202eo", "Ek", email="nobody")
    dialog = contacts.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("First name: Characters that turn the writing direction")
    expect(dialog.get_by_role("alert")).to_contain_text("Email: Not an email address.")
    expect(dialog.get_by_label("Last name")).to_have_value("Ek")


def test_on_a_phone_each_contact_is_a_card_with_its_acts(phone, client):
    phone.goto(f"/admin/clients/{client['id']}/contacts")
    act_on(row(phone, "Ann Lee"), "Edit Ann Lee")
    expect(phone.get_by_role("dialog", name="Edit contact")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
