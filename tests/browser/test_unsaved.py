"""What is typed is not lost: by an answer that comes late, by Escape, by leaving the page."""

import re

import pytest
from playwright.sync_api import Page, expect

KEY_MS = 20  # between two keys of somebody who types fast
LATE_MS = 400


@pytest.fixture(scope="module")
def product(system) -> dict:
    """A product with two cycles."""
    prices = [
        {"billing_cycle": cycle, "amount": amount, "currency": "EUR"}
        for cycle, amount in (("monthly", "10.00"), ("annual", "100.00"))
    ]
    return system.post("/products", {"name": "Late answers", "prices": prices})


def answer_late(page: Page, path: str) -> None:
    """Every answer to a POST to `path` waits."""

    def late(route):
        if route.request.method == "POST":
            page.wait_for_timeout(LATE_MS)
        route.continue_()

    page.route(re.compile(path), late)


def open_form(page: Page, path: str, link: str):
    page.goto(path)
    page.get_by_role("link", name=link, exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def test_a_domain_that_is_typed_while_the_order_is_drawn_anew_stays(page, bare, product):
    dialog = open_form(page, f"/admin/clients/{bare['id']}/orders", "New Order")
    dialog.get_by_label("Product").select_option(label="Late answers")
    expect(dialog.locator("#order-total")).to_contain_text("10.00")
    answer_late(page, "/orders/new$")
    dialog.get_by_label("Billing cycle").select_option("annual")
    dialog.get_by_label("Domain").press_sequentially("unique-jobs.example", delay=KEY_MS)
    expect(dialog.locator("#order-total")).to_contain_text("100.00")
    expect(dialog.get_by_label("Domain")).to_have_value("unique-jobs.example")
    expect(dialog.get_by_label("Domain")).to_be_focused()


def test_a_note_that_is_begun_while_the_page_is_drawn_anew_after_a_dialog_stays(page, bare):
    dialog = open_form(page, f"/admin/clients/{bare['id']}/notes", "Add tags")
    waiting = []
    page.route(re.compile(r"/notes$"), lambda route: waiting.append(route))
    with page.expect_request(re.compile(r"/notes$")):
        dialog.get_by_role("button", name="Save Tags").click()
    box = page.get_by_label("New note")
    box.press_sequentially("Half a ")
    (redrawing,) = waiting
    redrawing.continue_()
    expect(page.locator("#notice")).to_have_text("Tags saved")
    box.press_sequentially("thought")
    expect(box).to_have_value("Half a thought")
    expect(box).to_be_focused()


def test_escape_in_a_filled_dialog_asks_and_both_answers_do_what_they_say(page, bare):
    dialog = open_form(page, f"/admin/clients/{bare['id']}/contacts", "Add Contact")
    dialog.get_by_label("First name").fill("Unsaved")
    page.keyboard.press("Escape")
    expect(dialog.get_by_text("What you typed is not saved.")).to_be_visible()
    dialog.get_by_role("button", name="Keep editing").click()
    expect(dialog.get_by_label("First name")).to_have_value("Unsaved")
    dialog.get_by_role("button", name="Close").click()
    dialog.get_by_role("button", name="Discard").click()
    expect(dialog).not_to_be_visible()


def test_escape_in_an_untouched_dialog_closes_it(page, bare):
    dialog = open_form(page, f"/admin/clients/{bare['id']}/contacts", "Add Contact")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_a_note_that_is_not_added_yet_is_asked_for_before_another_tab_takes_its_place(page, bare):
    page.goto(f"/admin/clients/{bare['id']}/notes")
    page.get_by_role("textbox").first.fill("A draft")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("tab", name=re.compile("^Contacts")).click()
    assert asked == ["Leave what you typed here unsaved?"]
    expect(page.get_by_role("textbox").first).to_have_value("A draft")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("tab", name=re.compile("^Contacts")).click()
    expect(page).to_have_url(re.compile("/contacts$"))


def test_leaving_an_edited_form_asks(page, bare):
    page.goto(f"/admin/clients/{bare['id']}/edit")
    page.get_by_label("City").fill("Bristol")
    kinds = []
    page.once("dialog", lambda dialog: (kinds.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Client Groups").click()
    expect(page.get_by_label("City")).to_have_value("Bristol")
    assert kinds == ["beforeunload"]
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#notice")).to_have_text("Profile saved")


def test_a_new_client_is_confirmed_on_its_record(page):
    page.goto("/admin/clients/new")
    for label, value in (("First name", "Nia"), ("Last name", "New"), ("Email", "nia.new@example.com")):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="Create Client").click()
    expect(page.get_by_role("heading", name="Nia New", level=1)).to_be_visible()
    expect(page.locator("#notice")).to_have_text("Client created")
    page.reload()
    expect(page.locator("#notice")).to_be_hidden()
