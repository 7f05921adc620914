"""Invoices as staff make them and work with them: as dialogs, by keyboard, without script, on a phone."""

import random
import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.activity_page import in_log
from tests.support.browser.invoice_pages import (
    DIGITS,
    comes_to,
    descriptions,
    open_form,
    random_line,
    totals,
    write_line,
)
from tests.support.typed_numbers import AMBIGUOUS, READ, UNREADABLE

LINE = {"description": "Hosting", "quantity": "1", "unit_price": "100.00", "tax_rate": "20"}


@pytest.fixture
def client(system) -> dict:
    """A client in dollars."""
    return system.new_client(company="Bill Ltd", currency="USD")


@pytest.fixture
def invoice(system, client) -> dict:
    """A published invoice over $120.00."""
    return system.post(f"/clients/{client['id']}/invoices", {"lines": [LINE], "publish": True})


def show(page: Page, client: dict, invoice: dict) -> None:
    page.goto(f"/admin/clients/{client['id']}/invoices/{invoice['id']}")


def test_an_invoice_is_drafted_changed_published_and_seen_in_totals_and_log(page, client):
    form = open_form(page, client)
    expect(form.get_by_label("Description, line 1")).to_be_focused()
    write_line(form, 1, "Consulting, hours", "2.5", "80.00", "20")
    write_line(form, 2, "<b>Domain</b> 🦊", "1", "12.35", "7.7")
    assert totals(form) == {"subtotal": "$212.35", "tax": "$40.95", "total": "$253.30"}
    form.get_by_role("button", name="Save as Draft").click()
    expect(form).not_to_be_visible()
    expect(page.locator("#notice")).to_have_text("Draft saved")
    page.get_by_role("tab", name="Invoices").click()
    page.locator("#panel").get_by_role("link", name="Draft").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft invoice")
    page.get_by_role("link", name="Edit draft").click()
    edit = page.get_by_role("dialog", name="Edit draft")
    edit.get_by_label("Quantity, line 1").fill("3")
    edit.get_by_role("button", name="Save as Draft").click()
    expect(page.locator(".paper")).to_contain_text("$301.30")
    expect(page.locator(".paper")).to_contain_text("<b>Domain</b> 🦊")
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^INV-\d{5,}$"))
    number = page.get_by_role("heading", level=1).inner_text()
    page.goto(f"/admin/clients/{client['id']}/invoices")
    expect(page.locator("#summary")).to_contain_text("$301.30")
    expect(page.locator("#panel tbody")).to_contain_text(number)
    in_log(page, client, number)


def test_lines_are_added_moved_and_removed_by_keyboard_alone(page, client):
    form = open_form(page, client)
    for number, text in enumerate("abc", 1):
        write_line(form, number, text, "1", f"{number}.00", "10")
    form.get_by_role("button", name="Move up line 3").focus()
    page.keyboard.press("Enter")
    assert descriptions(form) == ["a", "c", "b"]
    expect(form.get_by_role("button", name="Move up line 2")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert descriptions(form) == ["a", "c", "b"]
    form.get_by_role("button", name="Remove line 1").focus()
    page.keyboard.press("Enter")
    expect(form.get_by_role("button", name="Remove line 1")).to_be_focused()
    form.get_by_label("Unit price, line 2").press("Enter")
    expect(form.get_by_label("Description, line 3")).to_be_focused()
    expect(form.get_by_label("Tax, line 3")).to_have_value("10")
    assert descriptions(form) == ["c", "b", ""] and totals(form)["total"] == "$5.50"
    form.get_by_role("button", name="Publish").click()
    expect(page.locator("#notice")).to_contain_text("published")
    page.get_by_role("tab", name="Invoices").click()
    page.locator("#panel tbody").get_by_role("link").first.click()
    expect(page.locator(".paper tbody tr")).to_have_count(2)
    expect(page.locator(".paper tbody tr").first).to_contain_text("c")


@pytest.mark.parametrize("currency", DIGITS)
def test_live_totals_are_the_server_s_to_the_last_digit(page, system, currency):
    client, draw = system.new_client(currency=currency), random.Random(currency)
    form = open_form(page, client)
    for _ in range(7):
        lines = [random_line(draw, currency) for _ in range(3)]
        lines[0]["unit_price"] = lines[0]["unit_price"].lstrip("-")
        lines[0]["quantity"] = "99999"
        for number, line in enumerate(lines, 1):
            write_line(form, number, *line.values())
        saved = system.post(f"/clients/{client['id']}/invoices", {"lines": lines})
        shown = {name: re.sub(r"[^0-9.−]", "", text).replace("−", "-") for name, text in totals(form).items()}
        assert shown == {
            "subtotal": saved["subtotal"]["amount"],
            "tax": saved["tax_total"]["amount"],
            "total": saved["total"]["amount"],
        }


@pytest.mark.parametrize("currency", DIGITS)
def test_the_page_s_arithmetic_is_the_product_s_for_thousands_of_lines(page, client, currency):
    draw = random.Random(7)
    lines = [random_line(draw, currency) for _ in range(3000)]
    lines += [
        {"quantity": "0.5", "unit_price": f"{sign}{Decimal(1).scaleb(-DIGITS[currency]):f}", "tax_rate": "50"}
        for sign in ("", "-")
    ]
    page.goto(f"/admin/clients/{client['id']}")
    found = page.evaluate(
        """([lines, digits]) => lines.map((one) => {
        const { total, tax } = amounts.line(one.quantity, one.unit_price, one.tax_rate, digits);
        return [total.toString(), tax.toString()]; })""",
        [lines, DIGITS[currency]],
    )
    assert found == [comes_to(line, currency) for line in lines]


def test_the_page_reads_a_typed_number_as_the_server_does(page, client):
    page.goto(f"/admin/clients/{client['id']}")
    asked = [(text, places) for text, places, _ in (*READ, *AMBIGUOUS)] + [(text, 2) for text in UNREADABLE]
    found = page.evaluate("(asked) => asked.map(([text, places]) => amounts.plain(text, places))", asked)
    assert found == [plain for _, _, plain in READ] + [None] * (len(AMBIGUOUS) + len(UNREADABLE))


def test_numbers_are_typed_as_people_write_them(page, client, console_messages):
    console_messages.expect_status(422)
    form = open_form(page, client)
    write_line(form, 1, "Hosting", "1,5", "1.234,56")
    assert totals(form)["total"] == "$1,851.84"
    write_line(form, 1, "Hosting", "1,500", "1,234.56")
    assert totals(form)["total"] == "–"
    form.get_by_role("button", name="Save as Draft").click()
    expect(form.locator("#f-line-0-quantity-h")).to_have_text(
        "This can be read as 1500 and as 1.500. Write one of them."
    )
    expect(form.locator("#f-line-0-unit_price")).to_have_value("1,234.56")


def test_what_cannot_be_read_shows_no_total(page, client):
    form = open_form(page, client)
    for wrong in ("1,00,0", "1e3", "٣", "12.345", "NaN", "--1"):
        write_line(form, 1, "x", "1", wrong)
        assert totals(form)["total"] == "–", wrong
    write_line(form, 1, "x", "1", "1000")
    assert totals(form)["total"] == "$1,000.00"


def test_a_refused_invoice_names_line_and_field_and_keeps_what_was_typed(page, client, console_messages):
    console_messages.expect_status(422)
    form = open_form(page, client)
    write_line(form, 2, "Second", "0", "1.00")
    form.get_by_role("button", name="Publish").click()
    expect(form.get_by_role("alert")).to_be_focused()
    form.get_by_role("link", name="Line 1, quantity").click()
    expect(form.get_by_label("Quantity, line 1")).to_be_focused()
    expect(form.get_by_label("Quantity, line 1")).to_have_attribute("aria-invalid", "true")
    assert descriptions(form) == ["Second"]
    form.get_by_label("Quantity, line 1").fill("2")
    form.get_by_role("button", name="Publish").click()
    expect(page.locator("#notice")).to_contain_text("published")


def test_credit_is_applied_as_much_as_the_form_says(page, system, client):
    system.post(
        f"/clients/{client['id']}/credits", {"amount": {"amount": "25.00", "currency": "USD"}, "description": "Gift"}
    )
    form = open_form(page, client)
    write_line(form, 1, "Hosting", "1", "100.00", "20")
    expect(form.locator("[data-amount=credit]")).to_have_text("−$25.00")
    expect(form.locator("[data-amount=pay]")).to_have_text("$95.00")
    form.get_by_role("checkbox").uncheck()
    expect(form.locator("[data-amount=pay]")).to_have_text("$120.00")
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name="Publish").click()
    expect(page.locator("#summary")).to_contain_text("$95.00")
    page.get_by_role("tab", name="Credits").click()
    expect(page.locator("#panel tbody tr").first).to_contain_text("−$25.00")


def test_a_payment_above_what_is_due_says_what_becomes_of_it_and_pays(page, client, invoice):
    show(page, client, invoice)
    page.get_by_role("link", name="Record Payment").click()
    form = page.get_by_role("dialog", name="Record Payment")
    expect(form.get_by_label("Amount")).to_have_value("120.00")
    form.get_by_label("Amount").fill("50")
    expect(form).to_contain_text("$70.00 stays due.")
    form.get_by_label("Amount").fill("137.60")
    expect(form).to_contain_text(
        "$17.60 more than is due. The invoice becomes Paid and $17.60 is added to account credit."
    )
    form.get_by_label("Reference").fill("BWSL NOV")
    form.get_by_role("button", name="Record $137.60").click()
    expect(page.locator(".phead .st")).to_have_text("Paid")
    entries = page.get_by_role("table", name="Payments and credit")
    expect(entries).to_contain_text("BWSL NOV")
    expect(entries).to_contain_text("$17.60 to credit")
    expect(page.get_by_role("link", name="Record Payment")).to_have_count(0)
    in_log(page, client, "$137.60", "$17.60")


def test_cancelling_says_what_to_undo_first_and_works_after_the_refund(page, client, invoice, system):
    paid = {"amount": {"amount": "20.00", "currency": "USD"}, "date": "2026-01-15", "gateway": "card"}
    system.post(f"/clients/{client['id']}/invoices/{invoice['id']}/payments", paid)
    show(page, client, invoice)
    page.get_by_role("link", name="Cancel").click()
    form = page.get_by_role("dialog", name=f"Cancel {invoice['number']}")
    expect(form).to_contain_text("Refund $20.00 of payments first")
    expect(form.get_by_role("button", name="Cancel invoice")).to_be_disabled()
    form.get_by_role("button", name="Close").click()
    page.get_by_role("link", name="Refund").click()
    refund = page.get_by_role("dialog", name="Refund")
    refund.get_by_label("Reason").fill("Sent twice")
    refund.get_by_role("button", name="Refund").click()
    expect(page.get_by_role("table", name="Payments and credit")).to_contain_text("$20.00")
    page.get_by_role("link", name="Cancel").click()
    form.get_by_label("Reason").fill("Wrong client")
    form.get_by_role("button", name="Cancel invoice").click()
    expect(page.locator(".phead .st")).to_have_text("Cancelled")
    in_log(page, client, "Wrong client", "Sent twice")


def test_mark_paid_and_apply_credit_end_at_nothing_due(page, client, invoice, system):
    system.post(
        f"/clients/{client['id']}/credits", {"amount": {"amount": "30.00", "currency": "USD"}, "description": "Gift"}
    )
    show(page, client, invoice)
    page.get_by_role("link", name="Apply credit").click()
    page.get_by_role("dialog").get_by_role("button", name="Apply credit").click()
    expect(page.locator(".due-big")).to_have_text("$90.00")
    page.get_by_role("link", name="Mark Paid").click()
    page.get_by_role("dialog").get_by_role("button", name="Mark Paid").click()
    expect(page.locator(".phead .st")).to_have_text("Paid")
    expect(page.locator(".paper .totals")).to_contain_text("$0.00")


def test_the_pdf_is_downloaded_from_the_page(page, client, invoice):
    show(page, client, invoice)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    assert waiting.value.suggested_filename == f"{invoice['number']}.pdf"
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def test_without_script_lines_are_added_moved_and_saved(open_page, client):
    page = open_page(java_script_enabled=False)
    page.goto(f"/admin/clients/{client['id']}")
    page.get_by_role("link", name="New Invoice").click()
    form = page.locator("form.wide")
    for number, text in enumerate("abc", 1):
        write_line(form, number, text, "1", f"{number}.00")
    form.get_by_role("button", name="Add lines").click()
    expect(form.locator("[data-f=description]")).to_have_count(6)
    form.get_by_role("button", name="Move up line 3").click()
    form.get_by_role("button", name="Remove line 1").click()
    assert descriptions(form)[:2] == ["c", "b"]
    form.get_by_role("button", name="Save as Draft").click()
    expect(page).to_have_url(re.compile(r"/invoices$"))
    page.locator("tbody").get_by_role("link", name="Draft").click()
    expect(page.locator(".paper .totals")).to_contain_text("$5.00")


def test_on_a_phone_the_lines_fit_and_every_button_is_big_enough(phone, client):
    phone.goto(f"/admin/clients/{client['id']}")
    phone.get_by_role("link", name="New Invoice").click()
    form = phone.get_by_role("dialog", name="New Invoice")
    write_line(form, 1, "Hosting", "2.5", "80.00", "20")
    expect(form.locator("[data-amount=total]")).to_have_text("$240.00")
    for box in form.locator("tbody tr").first.locator("input, button").all():
        place = box.bounding_box()
        assert (
            place["x"] >= 12 and place["x"] + place["width"] <= 378 and place["width"] >= 24 and place["height"] >= 24
        )
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
