"""Live: what a colleague changes shows in an open list and record within moments, and takes nothing away from whoever
works there."""

import re
import uuid

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.support.browser.live_pages import opened

PASSWORD = "battery staple horse"


@pytest.fixture
def client(system) -> dict:
    """A client that the list finds by its company alone."""
    return system.new_client(company=f"Live {uuid.uuid4().hex[:8]}")


def listed(page: Page, client: dict) -> Page:
    """The list with this client alone."""
    opened(page, f"/admin/clients?q={client['profile']['company'].replace(' ', '+')}")
    expect(row(page, client)).to_be_visible()
    return page


def row(page: Page, client: dict):
    return page.locator(f'#rows tr[data-href="/admin/clients/{client["id"]}"]')


def change(system, client: dict, **fields: str) -> None:
    """A colleague changes the client's profile."""
    path, headers = f"{system.origin}/api/v1/clients/{client['id']}", {"Authorization": f"Bearer {system.token}"}
    headers["If-Match"] = requests.get(path, headers=headers, timeout=30).headers["ETag"]
    headers["Idempotency-Key"] = uuid.uuid4().hex
    requests.patch(path, json=fields, headers=headers, timeout=30).raise_for_status()


def add_note(system, client: dict, body: str) -> None:
    system.post(f"/clients/{client['id']}/notes", {"body": body})


def add_credit(system, client: dict, amount: str = "12.00") -> None:
    money = {"amount": amount, "currency": "EUR"}
    system.post(f"/clients/{client['id']}/credits", {"amount": money, "description": "From a colleague"})


def test_a_row_of_the_list_shows_a_change_and_is_marked_for_a_moment(page, system, client):
    listed(page, client)
    page.locator("#q").focus()
    change(system, client, email=f"changed-{client['id']}@example.com")
    expect(row(page, client)).to_contain_text(f"changed-{client['id']}@example.com")
    expect(row(page, client)).to_have_class(re.compile(r"\blv\b"))
    expect(row(page, client).locator(".by2")).to_contain_text("just now")
    expect(page.locator("#live")).to_contain_text("just changed")
    expect(page.locator("#q")).to_be_focused()
    expect(row(page, client)).not_to_have_class(re.compile(r"\blv\b"), timeout=20_000)
    expect(row(page, client).locator(".by2")).to_have_count(0)
    expect(row(page, client)).to_contain_text("Grace Hopper")


def test_a_row_shows_what_billing_says_of_its_client(page, system, client):
    listed(page, client)
    line = {"description": "Work", "quantity": "1", "unit_price": "77.00"}
    system.post(f"/clients/{client['id']}/invoices", {"lines": [line], "publish": True})
    expect(row(page, client).locator(".t-out")).to_contain_text("77.00")


def test_the_row_under_the_keyboard_and_what_is_typed_stay(page, system, client):
    listed(page, client)
    page.keyboard.press("Escape")
    page.locator("body").press("j")
    expect(row(page, client)).to_have_class(re.compile(r"\bkb\b"))
    expect(row(page, client).locator("a.nm")).to_be_focused()
    change(system, client, company=f"{client['profile']['company']} Renamed")
    expect(row(page, client).locator("a.nm")).to_have_text(f"{client['profile']['company']} Renamed")
    expect(row(page, client)).to_have_class(re.compile(r"\bkb\b"))
    expect(row(page, client).locator("a.nm")).to_be_focused()


def test_a_new_client_is_offered_and_comes_with_a_click(page, system, client):
    company = client["profile"]["company"]
    listed(page, client)
    new = system.new_client(company=f"{company} Two")
    offer = page.get_by_role("button", name="Show 1 change")
    expect(offer).to_be_visible()
    expect(row(page, new)).to_have_count(0)
    offer.click()
    expect(row(page, new)).to_be_visible()
    expect(offer).to_have_count(0)


def test_who_no_longer_belongs_into_the_list_stays_until_it_is_shown_anew(page, system, client):
    listed(page, client)
    change(system, client, company="Elsewhere now")
    offer = page.get_by_role("button", name="Show 1 change")
    expect(offer).to_be_visible()
    expect(row(page, client)).to_be_visible()
    offer.click()
    expect(row(page, client)).to_have_count(0)


@pytest.fixture
def arrange(system):
    """`arrange(*columns)`: the person keeps the list with these columns, and with the standard ones after the test."""
    yield lambda *columns: system.patch("/me/client-list", {"columns": list(columns)})
    system.patch("/me/client-list", {"columns": []})


def test_where_the_columns_have_changed_no_row_is_drawn_under_headings_of_before(page, system, client, arrange):
    headings = page.locator("#rows thead th:not(.c)")
    listed(page, client)
    arrange("name", "city")
    change(system, client, city="Truro")
    offer = page.get_by_role("button", name="Show 1 change")
    expect(offer).to_be_visible()
    expect(headings).to_have_count(7)
    expect(row(page, client).locator("td:not(.c)")).to_have_count(7)
    offer.click()
    expect(headings).to_have_text(["Name", "City"])
    expect(row(page, client)).to_contain_text("Truro")


@pytest.fixture
def default_view(client, new_view):
    """A view of the clients with this client's company, newest first, that the list opens with."""
    company = client["profile"]["company"]
    return new_view(company, q=company, sort="-joined", default=True)


def test_the_sort_of_a_default_view_stays_when_its_changes_are_shown(page, system, client, default_view):
    opened(page, "/admin/clients")
    new = system.new_client(company=f"{default_view['q']} Two")
    page.get_by_role("button", name="Show 1 change").click()
    expect(row(page, new)).to_be_visible()
    expect(page.get_by_role("combobox", name="Sort")).to_have_value("-joined")
    page.locator("#q").fill(f"{default_view['q']} Two")
    expect(row(page, client)).to_have_count(0)
    expect(page).to_have_url(re.compile(r"sort=-joined"))


def test_a_record_shows_a_change_in_its_head_tabs_and_panel(page, system, client):
    opened(page, f"/admin/clients/{client['id']}/credits")
    add_credit(system, client)
    expect(page.locator("#panel")).to_contain_text("From a colleague")
    expect(page.locator("#summary")).to_contain_text("12.00")
    expect(page.locator("#panel tr.lv")).to_contain_text("From a colleague")
    change(system, client, company="Another Name")
    expect(page.get_by_role("heading", level=1)).to_have_text("Another Name")


def test_a_page_within_the_record_is_merged_too(page, system, client):
    ticket = system.post(f"/clients/{client['id']}/tickets", {"subject": "Help", "body": "It is broken"})
    opened(page, f"/admin/clients/{client['id']}/tickets/{ticket['id']}")
    page.locator("main textarea").first.fill("My answer, half")
    system.post(f"/clients/{client['id']}/tickets/{ticket['id']}/replies", {"body": "A colleague was faster"})
    expect(page.locator("main")).to_contain_text("A colleague was faster")
    expect(page.locator("main textarea").first).to_have_value("My answer, half")


def test_a_note_that_is_being_typed_stays_while_a_colleague_s_note_comes(page, system, client):
    opened(page, f"/admin/clients/{client['id']}/notes")
    box = page.get_by_label("New note")
    box.press_sequentially("Half a th")
    add_note(system, client, "A colleague's note")
    expect(page.locator("#panel .notes")).to_contain_text("A colleague's note")
    expect(box).to_be_focused()
    box.press_sequentially("ought")
    expect(box).to_have_value("Half a thought")
    page.get_by_role("button", name="Add Note").click()
    expect(page.locator("#panel .notes")).to_contain_text("Half a thought")


def test_an_open_dialog_stays_and_the_page_below_changes(page, system, client):
    opened(page, f"/admin/clients/{client['id']}/credits")
    page.get_by_role("link", name="Add Credit").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount").fill("9")
    add_credit(system, client)
    expect(page.locator("#panel")).to_contain_text("From a colleague")
    expect(dialog.get_by_label("Amount")).to_have_value("9")
    expect(dialog.get_by_label("Amount")).to_be_focused()


def test_a_form_whose_record_changed_says_so_before_it_is_saved(page, system, client, console_messages):
    console_messages.expect_status(412)
    opened(page, f"/admin/clients/{client['id']}/edit")
    page.get_by_label("Postcode").fill("BS1 4RN")
    expect(page.locator(".live-note")).to_have_count(0)
    change(system, client, city="Cardiff")
    expect(page.locator(".live-note")).to_contain_text("changed this while you have it open. What you typed stays.")
    expect(page.get_by_label("Postcode")).to_have_value("BS1 4RN")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_label("City")).to_have_value("Cardiff")
    page.get_by_role("button", name="Save changes").click()
    profile = page.get_by_role("region", name="Profile")
    expect(profile).to_contain_text("Cardiff")
    expect(profile).to_contain_text("BS1 4RN")


def test_a_form_that_nobody_else_touched_says_nothing(page, system, client):
    opened(page, f"/admin/clients/{client['id']}/edit")
    add_note(system, client, "No part of the profile")
    page.get_by_label("City").fill("Bath")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#notice")).to_have_text("Profile saved")


def test_who_else_has_the_record_open_is_shown_with_what_they_do(page, open_page, client, ben):
    theirs = open_page(storage_state=ben)
    opened(page, f"/admin/clients/{client['id']}")
    here = page.locator("#here")
    expect(here).to_be_hidden()
    opened(theirs, f"/admin/clients/{client['id']}/invoices")
    expect(here.locator("summary")).to_have_text(re.compile("Ben is here"))
    here.locator("summary").click()
    expect(here).to_contain_text("Ben Berg")
    expect(here).to_contain_text("reads Invoices")
    expect(theirs.locator("#here summary")).to_have_text(re.compile("Ada is here"))
    opened(theirs, f"/admin/clients/{client['id']}/edit")
    expect(here.locator("summary")).to_have_text(re.compile("Ben edits Profile"))
    theirs.goto("/admin/clients")
    expect(here).to_be_hidden()


def test_without_the_stream_the_page_works_as_before_and_says_so(page, client, system, console_messages):
    console_messages.expect_status(503)
    page.route("**/admin/live?*", lambda route: route.fulfill(status=503, headers={"Retry-After": "60"}))
    page.goto(f"/admin/clients/{client['id']}/notes")
    expect(page.locator("#live-state")).to_have_text("Not live")
    page.get_by_label("New note").fill("Without")
    page.get_by_role("button", name="Add Note").click()
    expect(page.locator("#panel .notes")).to_contain_text("Without")
    page.get_by_role("tab", name=re.compile("^Credits")).click()
    expect(page).to_have_url(re.compile("/credits$"))
    add_credit(system, client)
    page.reload()
    expect(page.locator("#panel")).to_contain_text("From a colleague")


def test_a_page_whose_gateway_was_replaced_is_live_again_and_missed_nothing(open_context, signed_in, system, client):
    page = opened(open_context(storage_state=signed_in).new_page(), f"/admin/clients/{client['id']}/credits")
    with system.processes["gateway"].gone():
        expect(page.locator("#live-state")).to_have_text("Not live")
    add_credit(system, client)
    expect(page.locator("#live-state")).to_have_text("Live", timeout=45_000)  # and not by what looks once a minute
    expect(page.locator("#panel")).to_contain_text("From a colleague")


def test_signing_out_elsewhere_ends_the_stream(open_page, client, system):
    email = f"ivy-{uuid.uuid4().hex[:8]}@example.com"
    account = system.post("/staff", {"name": "Ivy", "email": email, "role": "support", "password": PASSWORD})
    page = open_page(storage_state=None)
    page.goto("/admin/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    opened(page, f"/admin/clients/{client['id']}")
    system.post(f"/staff/{account['id']}/disable", {})
    expect(page.locator("#live-state")).to_have_text("Not live")
