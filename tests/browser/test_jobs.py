"""Jobs that staff do while somebody waits on the phone, from any page and in six clicks at most."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

MOST_CLICKS = 6


class Hand:
    """A hand on the mouse of `page`, which counts what it clicks."""

    def __init__(self, page: Page):
        self.page, self.clicks = page, 0

    def click(self, target: Locator) -> None:
        """Click once."""
        target.click()
        self.clicks += 1

    def find(self, typed: str, name: str | re.Pattern) -> None:
        """Find something by the palette, and open it."""
        self.click(self.page.get_by_role("searchbox", name="Search everything"))
        self.page.keyboard.type(typed)
        self.click(self.page.locator("#palette").get_by_role("option", name=name).first)


@pytest.fixture
def hand(page) -> Hand:
    """A hand that begins on a page which has nothing to do with the job."""
    page.goto("/admin/profile")
    return Hand(page)


@pytest.fixture(scope="module")
def caller(system) -> dict:
    """A client with a second contact."""
    mark = uuid.uuid4().hex[:8]
    phone = f"+49 711 28{int(mark[:5], 16) % 100000:05d}"
    client = system.new_client(company=f"Caller {mark}", first_name="Conan", last_name=f"O’Brien{mark}", phone=phone)
    person = {"first_name": "Ann", "last_name": "Zoë", "email": f"ann@{mark}.example", "role": "billing"}
    system.post(f"/clients/{client['id']}/contacts", person)
    return {**client, "mark": mark, "phone": phone, "national": "0" + phone.removeprefix("+49 ").replace(" ", "/")}


@pytest.mark.parametrize("by", ["{phone}", "{national}", "ann@{mark}.example", "O'Brien{mark}, Conan", "o’brien{mark}"])
def test_a_caller_is_found_by_what_he_says(hand, caller, by):
    hand.find(by.format(**caller), re.compile(caller["name"]))
    expect(hand.page.get_by_role("heading", level=1)).to_have_text(caller["name"])
    assert hand.clicks <= MOST_CLICKS


def test_a_caller_is_found_by_an_invoice_a_ticket_and_a_domain(hand, system, full):
    path = f"/clients/{full['id']}"
    held = [
        system.rows(f"{path}/invoices", status="paid")[0]["number"],
        f"#{system.rows(f'{path}/tickets')[0]['number']}",
        system.rows(f"{path}/domains")[0]["name"],
    ]
    for typed in held:
        hand.clicks = 0
        hand.find(typed, re.compile(re.escape(full["name"])))
        expect(hand.page).to_have_url(re.compile(f"/admin{path}/"))
        assert hand.clicks <= MOST_CLICKS


def test_who_suspended_a_service_is_read_by_its_number(hand, system, full):
    path = f"/clients/{full['id']}/services"
    service = system.rows(path, status="active")[0]
    system.post(f"{path}/{service['id']}/suspend", {"reason": "Abuse report"})
    try:
        hand.find(service["number"], re.compile(re.escape(service["product"])))
        status = hand.page.get_by_role("status").filter(has_text="by Ada Admin")
        expect(status).to_contain_text("Abuse report")
        assert hand.clicks <= MOST_CLICKS
    finally:
        system.post(f"{path}/{service['id']}/unsuspend", {"reason": "Settled"})
