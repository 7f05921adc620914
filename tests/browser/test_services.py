"""What staff do to a client's services: one by one, all at once and back, read on the page, in the summary and in the
log."""

import re
import uuid

import psycopg2
import psycopg2.extras
import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.row_menu import act_on
from tests.support.browser.system import wait_until

INSERT = (
    "INSERT INTO subscriptions (id, client_id, product, domain, billing_cycle, currency, price_minor, status) VALUES %s"
)
COUNTED = """
UPDATE client_totals SET services = counted.every, active_services = counted.active, suspended_services = counted.suspended,
                         pending_services = counted.pending
FROM (SELECT client_id, count(*) AS every, count(*) FILTER (WHERE status = 'active') AS active,
             count(*) FILTER (WHERE status = 'suspended') AS suspended, count(*) FILTER (WHERE status = 'pending') AS pending
      FROM subscriptions WHERE client_id = %s GROUP BY client_id) counted
WHERE client_totals.client_id = counted.client_id"""


class Shop:
    """A client who was just made, with services put into its record."""

    def __init__(self, system):
        self.client = system.new_client(company="Services & Söhne Ltd")
        self.id, self.path = self.client["id"], f"/admin/clients/{self.client['id']}"
        self._address = system.databases["billing"].app_url
        wait_until(
            lambda: self._run("SELECT 1 FROM client_totals WHERE client_id = %s", (self.id,)), "the client's account"
        )

    def stock(self, **products: str) -> None:
        """A service for each `product="status"`; its domain is the product's name in `.example`."""
        rows = [
            (str(uuid.uuid4()), self.id, name, f"{name.lower()}.example", "monthly", "EUR", 1000, status)
            for name, status in products.items()
        ]
        with psycopg2.connect(self._address) as connection, connection.cursor() as cursor:
            psycopg2.extras.execute_values(cursor, INSERT, rows)
            cursor.execute(COUNTED, (self.id,))

    def number(self, product: str) -> str:
        """The number of the service of this product."""
        found = self._run("SELECT number FROM subscriptions WHERE client_id = %s AND product = %s", (self.id, product))
        return f"SVC-{found[0][0]:05d}"

    def _run(self, statement: str, values: tuple):
        with psycopg2.connect(self._address) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()


@pytest.fixture
def shop(system) -> Shop:
    """A client with two active services and one in each other state."""
    shop = Shop(system)
    shop.stock(Alpha="active", Beta="active", Paused="suspended", Waiting="pending", Ended="terminated")
    return shop


def row(page: Page, product: str):
    return page.get_by_role("row").filter(has_text=f"{product.lower()}.example")


def open_action(page: Page, product: str, action: str):
    """The dialog behind a button of a service's row."""
    act_on(row(page, product), f"{action} {product}")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def in_log(page: Page, text: str):
    """The log's entries with `text`, on the record's tab."""
    page.get_by_role("tab", name="Activity Log").click()
    expect(page.locator("#panel ol.tl").first).to_be_visible()
    return page.locator("#panel ol.tl > li").filter(has_text=text)


def await_log(page: Page, shop: Shop, text: str) -> None:
    """The log receives a change a moment after it."""

    def logged() -> bool:
        return text in re.sub(r"<[^>]*>", "", page.request.get(f"{shop.path}/activity").text())

    wait_until(logged, f"the log to say {text!r}")


def active_services(page: Page):
    return page.locator("#summary .metrics > div").filter(has_text="Active services")


def test_one_service_is_suspended_and_comes_back(page, shop, console_messages):
    console_messages.expect_status(422)
    page.goto(f"{shop.path}/services")
    dialog = open_action(page, "Alpha", "Suspend")
    dialog.get_by_role("button", name="Suspend").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Reason")
    dialog.get_by_label("Reason").select_option("Unpaid invoices")
    dialog.get_by_label("Detail for staff").fill("third <b>reminder</b>")
    dialog.get_by_role("button", name="Suspend").click()
    expect(page.locator("#notice")).to_contain_text("Alpha suspended")
    expect(row(page, "Alpha")).to_contain_text("Suspended")
    expect(row(page, "Alpha")).to_contain_text("Unpaid invoices: third <b>reminder</b>")
    expect(active_services(page)).to_contain_text("1")
    await_log(page, shop, f"suspended {shop.number('Alpha')} Alpha")
    dialog = open_action(page, "Alpha", "Unsuspend")
    dialog.get_by_label("Reason").fill("Paid in full")
    dialog.get_by_role("button", name="Unsuspend").click()
    expect(row(page, "Alpha")).to_contain_text("Active")
    expect(active_services(page)).to_contain_text("2")
    await_log(page, shop, f"unsuspended {shop.number('Alpha')} Alpha")
    entry = in_log(
        page, f"suspended {shop.number('Alpha')} Alpha (alpha.example): Unpaid invoices: third <b>reminder</b>"
    )
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("Ada Admin")


def test_a_termination_is_typed_out_first(page, shop, console_messages):
    console_messages.expect_status(422)
    page.goto(f"{shop.path}/services")
    dialog = open_action(page, "Paused", "Terminate")
    expect(dialog).to_contain_text("This can’t be undone")
    dialog.get_by_label("Reason").fill("Asked for")
    number = shop.number("Paused")
    expect(dialog).to_contain_text(number)
    expect(dialog).to_contain_text("€10.00 monthly")
    dialog.get_by_label("to confirm").fill("paused.example")
    dialog.get_by_role("button", name="Terminate").click()
    expect(dialog.get_by_role("alert")).to_contain_text(f"Type {number} to confirm.")
    dialog.get_by_label("to confirm").fill(number.lower())
    dialog.get_by_role("button", name="Terminate").click()
    expect(row(page, "Paused")).to_contain_text("Terminated")
    expect(row(page, "Paused").get_by_role("link")).to_have_text(["Paused"])
    expect(row(page, "Paused")).to_contain_text("Asked for")
    expect(row(page, "Paused")).to_contain_text("Ada Admin")
    await_log(page, shop, f"terminated {number} Paused")


def test_two_equal_services_have_each_a_number_and_a_page_of_their_own(page, shop):
    shop.stock(Twin="active")
    first = shop.number("Twin")
    shop.stock(Twin="suspended")
    page.goto(f"{shop.path}/services")
    expect(row(page, "Twin")).to_have_count(2)
    page.get_by_role("row").filter(has_text=first).get_by_role("link", name="Twin", exact=True).click()
    expect(page.get_by_role("heading", name="Twin")).to_be_visible()
    expect(page.locator("#main")).to_contain_text(first)
    expect(page.get_by_role("region", name="Service", exact=True)).to_contain_text("twin.example")
    page.get_by_role("link", name="Suspend", exact=True).click()
    dialog = page.get_by_role("dialog", name="Suspend Twin")
    expect(dialog).to_contain_text(first)
    dialog.get_by_label("Reason").select_option("Abuse or security")
    dialog.get_by_role("button", name="Suspend").click()
    expect(page.locator("#notice")).to_contain_text(f"{first} Twin suspended")
    stopped = page.locator("#main").get_by_role("status")
    expect(stopped).to_contain_text("by Ada Admin")
    expect(stopped).to_contain_text("Abuse or security")
    expect(page.get_by_role("link", name="Terminate")).to_be_visible()
    await_log(page, shop, f"suspended {first} Twin")
    page.reload()
    history = page.get_by_role("region", name="History")
    expect(history.get_by_role("listitem")).to_have_count(1)
    history.get_by_role("link", name=first).click()
    expect(page.get_by_role("heading", name="Twin")).to_be_visible()
    page.get_by_role("link", name="In the log").click()
    expect(page.locator("#panel ol.tl > li")).to_have_count(1)


def test_a_waiting_service_is_activated_by_hand_and_another_cancelled(page, shop):
    page.goto(f"{shop.path}/services")
    dialog = open_action(page, "Waiting", "Activate")
    dialog.get_by_label("Reason").fill("Set up by phone")
    dialog.get_by_role("button", name="Activate").click()
    expect(row(page, "Waiting")).to_contain_text("Active")
    dialog = open_action(page, "Beta", "Cancel")
    dialog.get_by_label("Reason").fill("Moves away")
    dialog.get_by_role("button", name="Cancel service").click()
    expect(row(page, "Beta")).to_contain_text("Cancelled")
    expect(active_services(page)).to_contain_text("2")
    await_log(page, shop, f"cancelled {shop.number('Beta')} Beta")


def suspend_all(page: Page):
    page.get_by_role("group", name="Quick actions").get_by_role("link", name="Suspend All Services").click()
    dialog = page.get_by_role("dialog", name="Suspend All Services")
    expect(dialog).to_be_visible()
    return dialog


def test_all_are_suspended_and_exactly_those_come_back(page, shop, console_messages):
    console_messages.expect_status(422)
    page.goto(shop.path)
    dialog = suspend_all(page)
    listed = dialog.get_by_role("list", name="Services that will be suspended")
    expect(listed.get_by_role("listitem")).to_have_count(2)
    expect(listed).to_contain_text("alpha.example")
    expect(listed).to_contain_text(shop.number("Alpha"))
    expect(dialog).to_contain_text("1 suspended and 1 pending services stay as they are.")
    dialog.get_by_role("button", name="Suspend 2 services").click()
    expect(dialog.get_by_role("alert")).to_contain_text("2 fields need a look.")
    expect(dialog.get_by_role("alert")).to_contain_text("Reason: Fill this in.")
    expect(dialog.get_by_role("alert")).to_contain_text("Confirmation: Fill this in.")
    dialog.get_by_label("Reason").select_option("Abuse or security")
    dialog.get_by_label("to confirm").fill("suspend 3")
    dialog.get_by_role("button", name="Suspend 2 services").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Type suspend 2 to confirm.")
    dialog.get_by_label("to confirm").fill("suspend 2")
    dialog.get_by_role("button", name="Suspend 2 services").click()
    expect(page.locator("#notice")).to_contain_text("2 services suspended")
    expect(active_services(page)).to_contain_text("0")
    await_log(page, shop, "suspended all services")

    page.get_by_role("tab", name="Services").click()
    bar = page.get_by_role("status").filter(has_text="Suspend All Services stopped 2 services")
    expect(bar).to_contain_text("Ada Admin")
    expect(bar).to_contain_text("Abuse or security")
    bar.get_by_role("link", name="Unsuspend All").click()
    dialog = page.get_by_role("dialog", name="Unsuspend All")
    expect(dialog.get_by_role("list", name="Services that come back").get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name="Unsuspend 2 services").click()
    expect(page.locator("#notice")).to_contain_text("2 services unsuspended")
    expect(bar).to_have_count(0)
    expect(row(page, "Alpha")).to_contain_text("Active")
    expect(row(page, "Paused")).to_contain_text("Suspended")
    await_log(page, shop, "unsuspended all services")
    expect(in_log(page, "suspended all services")).to_have_count(2)
    expect(
        page.locator("#panel ol.tl > li").filter(has_text=f"unsuspended {shop.number('Alpha')} Alpha")
    ).to_have_count(1)


def test_a_list_that_changed_while_the_dialog_was_open_is_refused_and_shown(page, shop, console_messages):
    console_messages.expect_status(409)
    page.goto(shop.path)
    dialog = suspend_all(page)
    shop.stock(Gamma="active")
    dialog.get_by_label("Reason").select_option("Client request")
    dialog.get_by_label("to confirm").fill("suspend 2")
    dialog.get_by_role("button", name="Suspend 2 services").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The list has changed meanwhile")
    expect(dialog.get_by_role("list", name="Services that will be suspended")).to_contain_text("gamma.example")
    dialog.get_by_label("to confirm").fill("suspend 3")
    dialog.get_by_role("button", name="Suspend 3 services").click()
    expect(page.locator("#notice")).to_contain_text("3 services suspended")


def test_with_nothing_active_there_is_nothing_to_confirm(page, system):
    shop = Shop(system)
    page.goto(f"{shop.path}/services/suspend-all")
    expect(page.locator("#main")).to_contain_text("There is nothing to suspend.")
    expect(page.get_by_role("button", name="Suspend")).to_have_count(0)


def test_the_sticky_notes_stand_in_the_dialog(page, system, full):
    page.goto(f"/admin/clients/{full['id']}")
    expect(suspend_all(page).locator(".cal.note").first).to_contain_text(
        full["summary"]["sticky_notes"][0]["body"][:40]
    )


def test_without_script_all_are_suspended_from_a_page_of_its_own(open_page, shop, system):
    page = open_page(java_script_enabled=False)
    page.goto(shop.path)
    page.get_by_role("link", name="Suspend All Services").click()
    page.get_by_label("Reason").select_option("Unpaid invoices")
    page.get_by_label("to confirm").fill("suspend 2")
    page.get_by_role("button", name="Suspend 2 services").click()
    expect(page.get_by_role("status").filter(has_text="stopped 2 services")).to_be_visible()
    assert {one["status"] for one in system.rows(f"/clients/{shop.id}/services", status="active")} == set()


def test_on_a_phone_the_actions_are_there_and_the_dialog_fits(phone, shop):
    phone.goto(f"{shop.path}/services")
    act_on(row(phone, "Alpha"), "Suspend Alpha")
    box = phone.get_by_role("dialog").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    phone.keyboard.press("Escape")
    suspend_all(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_suspension_is_undone_from_the_message_about_it(page, shop):
    page.goto(f"{shop.path}/services")
    dialog = open_action(page, "Alpha", "Suspend")
    dialog.get_by_label("Reason").select_option("Unpaid invoices")
    dialog.get_by_role("button", name="Suspend").click()
    page.locator("#notice").get_by_role("link", name="Undo").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("The wrong one")
    page.get_by_role("dialog").get_by_role("button", name="Unsuspend").click()
    expect(row(page, "Alpha").locator(".st")).to_have_text("Active")


def test_with_nothing_to_suspend_the_quick_action_says_so(page, bare):
    page.goto(f"/admin/clients/{bare['id']}")
    action = page.get_by_role("link", name="Suspend All Services")
    expect(action).to_have_attribute("aria-disabled", "true")
    expect(action).to_have_attribute("title", "No service is active")
