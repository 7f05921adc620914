"""Six jobs of each day, from the start page to their end: each takes six clicks at most, typing apart."""

import csv
import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser.list_page import rows
from tests.support.browser.system import STAFF_NAME

MOST_CLICKS = 6


class Clicks:
    """A page on which each click is counted."""

    def __init__(self, page: Page):
        self.page, self.count = page, 0
        page.goto("/admin")

    def click(self, target: Locator) -> None:
        """One click."""
        self.count += 1
        target.click()

    def lead(self, name: str) -> None:
        """A click in the sidebar."""
        self.click(self.page.get_by_role("navigation", name="Primary").get_by_role("link", name=re.compile(f"^{name}")))


@pytest.fixture
def desk(page) -> Clicks:
    """Counted clicks, from the start page on; too many fail the test."""
    counted = Clicks(page)
    yield counted
    assert 0 < counted.count <= MOST_CLICKS


@pytest.fixture
def mark() -> str:
    """A word that only the clients of this test have."""
    return f"Jobs{uuid.uuid4().hex[:10]}"


def bill(system, client: dict, amount: str) -> dict:
    """A published invoice."""
    line = {"description": "Work", "quantity": "1", "unit_price": amount}
    return system.post(f"/clients/{client['id']}/invoices", {"lines": [line], "publish": True})


def test_a_caller_is_found_by_the_phone_that_the_display_shows(desk, system, mark):
    number = f"0711 28{int(mark[4:], 16) % 10**5:05d}"
    client = system.new_client(company=mark, country="DE", phone=f"+49 {number[1:]}")
    desk.click(desk.page.get_by_role("searchbox", name="Search everything"))
    desk.page.keyboard.type(number)
    desk.click(desk.page.locator("#palette").get_by_role("option").filter(has_text=mark).first)
    expect(desk.page).to_have_url(re.compile(f"/admin/clients/{client['id']}$"))


def test_all_overdue_clients_stand_in_one_list_with_what_they_owe(desk, system):
    desk.lead("Clients")
    desk.click(desk.page.get_by_role("link", name="Overdue 30 days and more"))
    late = system.get("/clients", filter="oldest_due <= -30d").json()["page"]["total"]
    expect(desk.page.locator("#count")).to_have_text(str(late))
    expect(rows(desk.page).first.locator(".danger")).to_contain_text("overdue")


def test_twenty_clients_are_tagged(desk, system, mark):
    tag = system.post("/tags", {"name": mark, "colour": "#4263eb"})
    ids = {system.new_client(company=f"{mark} {number:02}")["id"] for number in range(20)}
    page = desk.page
    desk.lead("Clients")
    page.locator("#q").fill(mark)
    expect(rows(page)).to_have_count(20)
    desk.click(page.get_by_role("checkbox", name="Select all on this page"))
    desk.click(page.get_by_role("button", name="Add tag"))
    expect(page.get_by_role("dialog").get_by_label("Tag")).to_be_focused()
    page.keyboard.type(mark)  # which chooses the option that begins so
    expect(page.get_by_role("dialog").get_by_label("Tag")).to_have_value(tag["id"])
    desk.click(page.get_by_role("button", name="Show what will happen"))
    desk.click(page.get_by_role("button", name="Add tag: 20 clients"))
    expect(page.locator("#progress .big")).to_have_text("20 changed", timeout=30_000)
    assert {row["id"] for row in system.rows("/clients", tag=tag["id"], limit=100)} == ids


def test_the_list_is_taken_as_a_file(desk, system, mark):
    system.new_client(company=mark)
    page = desk.page
    desk.lead("Clients")
    page.locator("#q").fill(mark)
    expect(rows(page)).to_have_count(1)
    desk.click(page.get_by_role("link", name="Export"))
    with page.expect_download() as download:
        desk.click(page.get_by_role("dialog").get_by_role("button", name="Export"))
    lines = list(csv.reader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert [line[0] for line in lines] == ["Name", mark]


def test_who_was_charged_twice_gets_it_back(desk, system, mark):
    client = system.new_client(company=mark)
    for _ in range(2):
        invoice = bill(system, client, "48.50")
        payment = {"amount": {"amount": "48.50", "currency": "EUR"}, "date": invoice["issue_date"], "gateway": "card"}
        system.post(f"/clients/{client['id']}/invoices/{invoice['id']}/payments", {**payment, "reference": f"{mark} 7"})
    page = desk.page
    desk.lead("Payments")
    page.locator("#q").fill(mark)
    expect(rows(page)).to_have_count(2)
    for number in range(2):
        expect(rows(page).nth(number)).to_contain_text("€48.50")
        expect(rows(page).nth(number)).to_contain_text(f"{mark} 7")
    desk.click(rows(page).first.locator("a.nm").first)
    desk.click(page.get_by_role("link", name="Refund", exact=True))
    desk.click(page.get_by_role("dialog").get_by_role("button", name=re.compile("^Refund")))
    expect(page.locator("#notice")).to_be_visible()
    refunded = [one["refunded"]["amount"] for one in system.rows("/payments", client=client["id"])]
    assert sorted(refunded) == ["0.00", "48.50"]


def test_who_suspended_a_service_stands_beside_it(desk, system, mark):
    price = {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}
    product = system.post("/products", {"name": f"Product {mark}", "prices": [price], "tax_rate": "20"})
    client = system.new_client(company=mark)
    item = {"product_id": product["id"], "billing_cycle": "monthly"}
    ordered = system.post(f"/clients/{client['id']}/orders", {"items": [item]})
    system.post(f"/clients/{client['id']}/orders/{ordered['id']}/approve", {})
    service = system.rows(f"/clients/{client['id']}/services")[0]
    system.post(f"/clients/{client['id']}/services/{service['id']}/suspend", {"reason": "Sends spam"})
    page = desk.page
    desk.lead("Services")
    page.locator("#q").fill(f"Product {mark}")
    expect(rows(page)).to_have_count(1)
    desk.click(rows(page).first.locator("a.nm").first)
    shown = page.get_by_role("status").filter(has_text="Suspended")
    expect(shown).to_contain_text(f"by {STAFF_NAME}")
    expect(shown).to_contain_text("Sends spam")
