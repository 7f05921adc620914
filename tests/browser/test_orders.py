"""Orders as staff take and settle them: New Order with its live total, approve, cancel, fraud; the summary and the
log."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser.activity_page import in_log
from tests.support.browser.row_menu import act_on


@pytest.fixture
def client(system) -> dict:
    """A client in pounds, in a group with a discount of 10 percent or more."""
    group = next(one for one in system.rows("/client-groups") if float(one["discount_percent"]) >= 10)
    return {**system.new_client(company="Order Ltd", currency="GBP", group_id=group["id"]), "group": group}


def open_new(page: Page, client: dict) -> Locator:
    page.goto(f"/admin/clients/{client['id']}/orders")
    page.get_by_role("link", name="New Order").click()
    dialog = page.get_by_role("dialog", name="New Order")
    expect(dialog.locator("[id='f-product.0']")).to_be_focused()
    return dialog


def place(page: Page, client: dict, product: str = "Managed WordPress", domain: str = "") -> str:
    """Place an order of one item through the dialog; its number."""
    dialog = open_new(page, client)
    dialog.locator("[id='f-product.0']").select_option(label=product)
    expect(dialog.locator("#order-total")).to_contain_text("Total")
    dialog.locator("[id='f-domain.0']").fill(domain)
    dialog.get_by_role("button", name="Place Order", exact=True).click()
    expect(dialog).not_to_be_visible()
    expect(page.locator("#notice")).to_contain_text("placed")
    return page.locator("#notice").inner_text().split()[0]


def row(page: Page, number: str) -> Locator:
    return page.get_by_role("row").filter(has_text=number)


def figure(page: Page, name: str) -> Locator:
    """A figure of the summary."""
    return page.locator("#summary .metrics > div").filter(has_text=name)


def test_the_total_is_shown_live_and_is_what_the_invoice_then_says(page, client, system):
    percent = client["group"]["discount_percent"]
    dialog = open_new(page, client)
    dialog.locator("[id='f-product.0']").select_option(label="Managed WordPress")
    total = dialog.locator("#order-total")
    expect(total).to_contain_text(f"{client['group']['name']} discount {float(percent):g}%")
    expect(dialog.locator("[id='f-cycle.0'] option:checked")).to_have_text(re.compile(r"Monthly, £\d+\.\d\d"))
    first = total.locator("dd.t").inner_text()
    dialog.locator("[id='f-cycle.0']").select_option("annual")
    expect(total.locator("dd.t")).not_to_have_text(first)
    dialog.get_by_role("button", name="Add item").click()
    dialog.locator("[id='f-product.1']").select_option(label="Backup 500 GB")
    expect(total).to_contain_text("Backup 500 GB, monthly")
    amount = total.locator("dd.t").inner_text()
    dialog.get_by_role("button", name="Place Order", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("placed")
    (order,) = system.rows(f"/clients/{client['id']}/orders")
    invoice = system.get(f"/clients/{client['id']}/invoices/{order['invoice_id']}").json()
    assert amount == f"£{float(invoice['total']['amount']):,.2f}" and invoice["total"] == order["total"]
    expect(row(page, order["number"])).to_contain_text(amount)
    expect(figure(page, "Outstanding")).to_contain_text(amount)
    expect(page.get_by_role("tab", name=re.compile("^Services"))).to_contain_text("2")


def test_an_order_is_approved_and_its_service_runs(page, client, system):
    domain = f"{uuid.uuid4().hex[:10]}.example"
    number = place(page, client, domain=domain)
    expect(figure(page, "Active services")).to_contain_text("0")
    act_on(row(page, number), f"Approve {number}")
    dialog = page.get_by_role("dialog", name=f"Approve {number}")
    expect(dialog).to_contain_text("is not paid; it stays owed.")
    dialog.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("#notice")).to_have_text(f"{number} approved")
    expect(row(page, number).locator(".st")).to_have_text("Active")
    expect(figure(page, "Active services")).to_contain_text("1")
    expect(row(page, number).locator("summary")).to_have_count(0)
    page.get_by_role("tab", name=re.compile("^Domains")).click()
    expect(page.get_by_role("row").filter(has_text=domain)).to_contain_text("Active")
    (service,) = system.rows(f"/clients/{client['id']}/services")
    in_log(
        page,
        client,
        f"placed {number}, Managed WordPress",
        f"approved {number}",
        f"activated {service['number']} Managed WordPress ({domain})",
        f"set the domain {domain} to active",
    )


def test_an_order_is_opened_with_its_items_its_invoice_and_who_placed_it(page, client, system):
    number = place(page, client)
    row(page, number).get_by_role("link", name=number, exact=True).click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name=number, level=3)).to_be_visible()
    expect(panel).to_contain_text("Ada Admin")
    expect(panel.get_by_role("row").filter(has_text="Managed WordPress")).to_contain_text("Pending")
    panel.get_by_role("link", name="Cancel order").click()
    dialog = page.get_by_role("dialog", name=f"Cancel {number}")
    expect(dialog).to_contain_text("This cannot be undone.")
    dialog.get_by_role("button", name="Cancel order").click()
    expect(panel.get_by_role("row").filter(has_text="Managed WordPress")).to_contain_text("Cancelled")
    expect(panel.get_by_role("link", name="Approve")).to_have_count(0)
    expect(figure(page, "Outstanding")).to_contain_text("£0.00")
    panel.get_by_role("link", name=re.compile("^INV-")).click()
    expect(page.get_by_role("heading", name=re.compile("^INV-"), level=1)).to_be_visible()
    (service,) = system.rows(f"/clients/{client['id']}/services")
    in_log(
        page,
        client,
        f"cancelled {number}",
        f"cancelled {service['number']} Managed WordPress: {number} was cancelled",
    )


def test_fraud_is_marked_and_found_under_its_segment(page, client):
    number = place(page, client)
    act_on(row(page, number), f"Mark {number} as fraud")
    page.get_by_role("dialog").get_by_role("button", name="Mark as fraud").click()
    expect(row(page, number).locator(".st")).to_have_text("Fraud")
    page.get_by_role("navigation", name="Order status").get_by_role("link", name="Fraud").click()
    expect(row(page, number)).to_have_count(1)
    page.get_by_role("navigation", name="Order status").get_by_role("link", name="Pending").click()
    expect(page.locator("#panel")).to_contain_text("No pending orders")
    in_log(page, client, f"marked {number} as fraud")


def test_what_is_refused_stands_at_its_field_and_what_was_chosen_stays(page, client, console_messages):
    console_messages.expect_status(422)
    dialog = open_new(page, client)
    dialog.get_by_role("button", name="Place Order", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("Product: Fill this in.")
    dialog.locator("[id='f-product.0']").select_option(label="Mail Only")
    expect(dialog.locator("#order-total")).to_be_visible()
    dialog.locator("[id='f-domain.0']").fill("no dots")
    dialog.get_by_role("button", name="Place Order", exact=True).click()
    expect(dialog.locator("[id='f-domain.0']")).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator("[id='f-product.0'] option:checked")).to_have_text("Mail Only")
    expect(dialog.locator("#order-total")).to_be_visible()


def test_without_script_an_order_is_placed_all_the_same(open_page, client, system):
    page = open_page(java_script_enabled=False)
    page.goto(f"/admin/clients/{client['id']}/orders/new")
    page.locator("[id='f-product.0']").select_option(label="Cloud VPS 4")
    page.get_by_role("button", name="Show prices and total").click()
    expect(page.locator("#order-total")).to_contain_text("Cloud VPS 4, monthly")
    page.get_by_role("button", name="Place Order", exact=True).click()
    expect(page).to_have_url(re.compile("/orders$"))
    (order,) = system.rows(f"/clients/{client['id']}/orders")
    expect(row(page, order["number"])).to_contain_text("Pending")


def test_on_a_phone_the_dialog_and_the_order_fit(phone, client):
    number = place(phone, client)
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    phone.get_by_role("link", name=number, exact=True).click()
    expect(phone.get_by_role("heading", name=number, level=3)).to_be_visible()
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 390
    phone.get_by_role("link", name="Mark as fraud").click()
    box = phone.get_by_role("dialog").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
