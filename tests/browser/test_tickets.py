"""Tickets as staff work on them: opened, answered, noted, assigned, closed; read on the page and in the log."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.activity_page import in_log

INERT = "<script>window.ran = 1</script> \u202egnp.exe"


@pytest.fixture
def client(system) -> dict:
    return system.new_client(company="Tickets Ltd")


@pytest.fixture
def ticket(page, client) -> Page:
    """The page of a ticket that was just opened through the dialog."""
    page.goto(f"/admin/clients/{client['id']}/tickets")
    expect(page.locator("#panel")).to_contain_text("No tickets yet")
    page.get_by_role("link", name="Open Ticket").click()
    dialog = page.get_by_role("dialog", name="Open Ticket")
    dialog.get_by_label("Subject").fill(f"No invoice {INERT}")
    dialog.get_by_label("Message").fill("It is gone.\nWhere is it?")
    dialog.get_by_label("Priority").select_option("high")
    dialog.get_by_label("Department").select_option("Billing")
    dialog.get_by_role("button", name="Open Ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"No invoice {INERT}")
    return page


def test_a_ticket_that_staff_opened_stands_in_the_list_and_in_the_log(ticket, client):
    expect(ticket).to_have_url(re.compile(rf"/admin/clients/{client['id']}/tickets/[0-9a-f-]{{36}}$"))
    expect(ticket.locator(".msg")).to_contain_text("It is gone.")
    assert ticket.evaluate("window.ran") is None
    in_log(ticket, client, f"No invoice {INERT}", category="Tickets")
    ticket.goto(f"/admin/clients/{client['id']}/tickets")
    shown = ticket.get_by_role("row").filter(has_text="No invoice")
    for sentence in ("Open", "High", "Billing", "Nobody", "No reply yet"):
        expect(shown).to_contain_text(sentence)


def test_a_reply_answers_and_an_internal_note_is_yellow_and_does_not(ticket, client):
    ticket.get_by_text("Internal note", exact=True).first.click()
    composer = ticket.locator(".compose")
    red, green, blue = (
        int(part) for part in re.findall(r"\d+", composer.evaluate("one => getComputedStyle(one).backgroundColor"))[:3]
    )
    assert red > 230 and green > 200 and blue < green - 30
    expect(composer).to_contain_text("Only staff will see this")
    ticket.get_by_role("textbox", name="Message").fill("Looks unpaid.")
    ticket.get_by_role("button", name="Add internal note").click()
    expect(ticket.locator(".msg.note")).to_contain_text("Looks unpaid.")
    expect(ticket.locator(".phead .st")).to_have_text("Open")
    ticket.get_by_role("textbox", name="Message").fill("It is here.")
    ticket.keyboard.press("Control+Enter")
    expect(ticket.locator(".msg.staff").last).to_contain_text("It is here.")
    expect(ticket.locator("#notice")).to_have_text("Reply sent")
    expect(ticket.locator(".phead .st")).to_have_text("Answered")
    in_log(ticket, client, "added an internal note to ticket #", "replied to ticket #")


def test_the_rail_changes_status_priority_department_and_assignment(ticket, client):
    rail = ticket.locator(".rail")
    rail.get_by_label("Status").select_option("on_hold")
    rail.get_by_label("Priority").select_option("urgent")
    rail.get_by_label("Department").select_option("")
    rail.get_by_label("Assigned to").select_option(label="Ada Admin")
    rail.get_by_role("button", name="Save ticket").click()
    expect(ticket.locator("#notice")).to_have_text("Ticket saved")
    expect(ticket.locator(".phead .st")).to_have_text("On hold")
    for field, value in (("Priority", "urgent"), ("Department", "")):
        expect(rail.get_by_label(field)).to_have_value(value)
    expect(rail.get_by_label("Assigned to").locator("option:checked")).to_have_text("Ada Admin")
    in_log(ticket, client, "changed status, priority and 2 more of ticket #")


def test_a_ticket_is_taken_closed_and_reopened_by_one_button_each(ticket, client):
    ticket.get_by_role("button", name="Assign to me").click()
    expect(ticket.get_by_role("button", name="Assign to me")).to_have_count(0)
    ticket.get_by_role("button", name="Close ticket").click()
    expect(ticket.locator(".phead .st")).to_have_text("Closed")
    assert ticket.locator(".rail").get_by_label("Status").locator("option").all_inner_texts() == ["Closed", "Open"]
    ticket.get_by_role("button", name="Reopen ticket").click()
    expect(ticket.locator(".phead .st")).to_have_text("Open")
    in_log(ticket, client, "changed assignment of ticket #", "closed ticket #")


def test_a_change_of_one_field_leaves_alone_what_somebody_else_changed_meanwhile(ticket, open_page):
    other = open_page()
    other.goto(ticket.url)
    other.locator(".rail").get_by_label("Priority").select_option("low")
    other.get_by_role("button", name="Save ticket").click()
    expect(other.locator("#notice")).to_have_text("Ticket saved")
    ticket.locator(".rail").get_by_label("Status").select_option("in_progress")
    ticket.get_by_role("button", name="Save ticket").click()
    expect(ticket.locator(".phead .st")).to_have_text("In progress")
    expect(ticket.locator(".rail").get_by_label("Priority")).to_have_value("low")


def test_a_status_that_is_not_possible_any_more_is_refused_with_the_reason(ticket, open_page, console_messages):
    console_messages.expect_status(409)
    ticket.locator(".rail").get_by_label("Status").select_option("on_hold")
    other = open_page()
    other.goto(ticket.url)
    other.get_by_role("button", name="Close ticket").click()
    expect(other.locator(".phead .st")).to_have_text("Closed")
    ticket.get_by_role("button", name="Save ticket").click()
    refused = ticket.get_by_role("dialog").get_by_role("alert")
    expect(refused).to_contain_text("Status: Somebody saved “closed” meanwhile.")


def test_the_subject_is_changed_in_its_dialog(ticket, client):
    ticket.get_by_role("link", name="Edit ticket").click()
    dialog = ticket.get_by_role("dialog", name="Edit ticket")
    dialog.get_by_label("Subject").fill("Invoice of October")
    dialog.get_by_role("button", name="Save ticket").click()
    expect(ticket.get_by_role("heading", level=1)).to_have_text("Invoice of October")
    in_log(ticket, client, "changed subject of ticket #")


def test_an_empty_message_is_held_back_where_it_is_written_and_the_kind_stays(ticket):
    ticket.get_by_text("Internal note", exact=True).first.click()
    written = ticket.get_by_role("textbox", name="Message")
    button = ticket.get_by_role("button", name="Add internal note")
    for nothing in ("", " \n "):
        written.fill(nothing)
        button.click()
        expect(written).to_be_focused()
        expect(ticket.get_by_role("dialog")).to_have_count(0)
        assert written.evaluate("area => area.validationMessage")
        expect(ticket.get_by_role("radio", name="Internal note")).to_be_checked()
    expect(ticket.locator(".msg")).to_have_count(1)
    written.fill("Now there is one.")
    button.click()
    expect(ticket.locator(".msg.note")).to_contain_text("Now there is one.")


def test_without_script_blanks_are_refused_and_the_kind_stays(open_page, ticket, console_messages):
    console_messages.expect_status(422)
    page = open_page(java_script_enabled=False)
    page.goto(ticket.url)
    page.get_by_text("Internal note", exact=True).first.click()
    page.get_by_role("textbox", name="Message").fill("   ")
    page.get_by_role("button", name="Add internal note").click()
    expect(page.get_by_role("alert")).to_contain_text("Message: Fill this in.")
    expect(page.get_by_label("Kind")).to_have_value("note")


def test_without_script_on_a_phone_a_ticket_is_opened_and_answered(open_page, client):
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"/admin/clients/{client['id']}/tickets/new")
    page.get_by_label("Subject").fill("Plain HTML")
    page.get_by_role("textbox", name="Message").fill("Works.")
    page.get_by_role("button", name="Open Ticket").click()
    page.get_by_role("textbox", name="Message").fill("Still works.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".msg").last).to_contain_text("Still works.")
    expect(page.locator(".phead .st")).to_have_text("Answered")
