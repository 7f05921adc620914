"""Login as Client in the browser: from the record into a tab of its own, and back, with and without script."""

import psycopg2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import AXE, NOTHING, axe_in_all_themes
from tests.support.browser.activity_page import in_log
from tests.support.browser.system import STAFF_NAME, wait_until

REASON = "Ticket 4821, an invoice is missing"
ORDER = {"order.placed.v1", "invoice.published.v1", "subscription.created.v1"}


@pytest.fixture
def client(system) -> dict:
    """A client that was just made."""
    return system.new_client(first_name="Imogen", last_name="Hartley", company="Brightwater")


def open_login_as(page: Page, client: dict) -> Page:
    """The form of the record, opened and filled."""
    page.goto(f"/admin/clients/{client['id']}")
    page.get_by_role("link", name="Login as Client").click()
    page.get_by_label("Reason").fill(REASON)
    return page


def enter(page: Page, client: dict) -> Page:
    """The tab in which the portal opens."""
    open_login_as(page, client)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Login as Client").click()
    tab = opened.value
    expect(banner(tab)).to_contain_text("You are viewing the portal as: Imogen Hartley")
    return tab


def banner(tab: Page):
    return tab.get_by_role("region", name="Impersonation")


def by_staff(system, client: dict) -> dict[str, dict]:
    """The client's entries that a staff member made, by type."""
    rows = system.rows(f"/clients/{client['id']}/activity", limit=50)
    return {row["type"]: row for row in rows if row["actor"]["kind"] == "staff"}


def pages_of(system, client: dict) -> tuple:
    """How many of the impersonation's pages are open, and whether the last one was left."""
    with psycopg2.connect(system.databases["clients"].app_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT cardinality(open_pages), left_at IS NOT NULL FROM identity.impersonations WHERE client_id = %s",
            (client["id"],),
        )
        return cursor.fetchone()


def test_a_reason_leads_to_a_tab_of_its_own_and_return_to_admin_to_the_record(system, page, client, console_messages):
    console_messages.expect_status(404)
    tab = enter(page, client)
    console_messages.listen(tab)
    assert tab.url == f"{system.portal_origin}/dashboard"
    expect(banner(tab)).to_contain_text(client["profile"]["email"])
    expect(banner(tab)).to_contain_text("Ends in 29:")
    expect(page.get_by_role("dialog")).to_have_count(0)
    tab.get_by_role("link", name="Dashboard").click()
    tab.goto(f"{system.portal_origin}/client/nowhere")
    expect(banner(tab)).to_be_visible()
    tab.go_back()
    wait_until(lambda: pages_of(system, client) == (1, False), "one page of the impersonation to be open")
    banner(tab).get_by_role("button", name="Return to Admin").click()
    expect(tab.get_by_role("heading", name="Brightwater", level=1)).to_be_visible()
    assert tab.url == f"{system.origin}/admin/clients/{client['id']}"
    impersonations = tab.get_by_role("region", name="Logins as this client")
    expect(impersonations).to_contain_text(f"{STAFF_NAME} as Imogen Hartley: {REASON}")
    expect(impersonations).to_contain_text("Returned to admin")
    in_log(
        tab,
        client,
        f"{STAFF_NAME} started Login as Client as Imogen Hartley: {REASON}",
        f"{STAFF_NAME} as Imogen Hartley ended Login as Client: returned to admin",
        category="Impersonation",
    )
    assert system.get(f"/clients/{client['id']}").json()["last_login_at"] is None


def test_an_order_is_placed_as_the_client_and_each_entry_of_the_log_names_both(system, page, client):
    price = {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}
    product = system.post("/products", {"name": f"Cloud {client['id']}", "prices": [price]})
    tab = enter(page, client)
    tab.get_by_role("link", name="Store").first.click()
    tab.get_by_role("button", name=f"Add to order: {product['name']}").click()
    tab.get_by_role("button", name="Place order, invoice to Imogen").click()
    expect(tab.get_by_role("heading", name="ORD-")).to_be_visible()
    banner(tab).get_by_role("button", name="Return to Admin").click()
    expect(tab.get_by_role("heading", name="Brightwater", level=1)).to_be_visible()
    both = f"{STAFF_NAME} as Imogen Hartley"
    sentences = [f"{STAFF_NAME} started Login as Client", f"{both} placed ORD-", f"{both} ended Login as Client"]
    panel = in_log(tab, client, *sentences)
    shown = " ".join(panel.text_content().split())
    assert shown.index(sentences[2]) < shown.index(sentences[1]) < shown.index(sentences[0])
    expect(panel.locator("li.imp").filter(has_text="placed ORD-")).to_have_count(1)
    made = wait_until(
        lambda: (rows := by_staff(system, client)).keys() >= ORDER and rows, "what the order made to be logged"
    )
    assert {(made[kind]["actor"]["name"], (made[kind]["acting_as"] or {}).get("name")) for kind in ORDER} == {
        (STAFF_NAME, "Imogen Hartley")
    }
    assert system.rows(f"/clients/{client['id']}/orders")[0]["placed_by"]["acting_as"]["name"] == "Imogen Hartley"


def test_a_closed_tab_ends_the_impersonation(system, page, client):
    tab = enter(page, client)
    wait_until(lambda: pages_of(system, client) == (1, False), "the page to be known")
    tab.close()
    wait_until(lambda: pages_of(system, client) == (0, True), "the page to be left")
    with psycopg2.connect(system.databases["clients"].app_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity.impersonations SET left_at = left_at - interval '10 seconds' WHERE client_id = %s",
            (client["id"],),
        )
    path = f"/clients/{client['id']}/impersonations"
    wait_until(lambda: system.rows(path)[0]["end_cause"] == "tab-closed", "the impersonation to end")


def test_an_impersonation_outlives_a_restart_of_the_service_and_has_one_end(system, page, client):
    tab = enter(page, client)
    with system.without("clients", gone=True):
        pass
    tab.reload()
    expect(banner(tab)).to_contain_text("You are viewing the portal as: Imogen Hartley")
    banner(tab).get_by_role("button", name="Return to Admin").click()
    expect(tab.get_by_role("heading", name="Brightwater", level=1)).to_be_visible()
    in_log(tab, client, "ended Login as Client: returned to admin")
    rows = system.rows(f"/clients/{client['id']}/activity", limit=50, category="Impersonation")
    assert [row["type"] for row in rows] == ["impersonation.ended.v1", "impersonation.started.v1"]


def test_an_admin_ends_a_running_login_on_the_record_and_its_tab_says_so(page, client, console_messages):
    console_messages.expect_status(401)
    tab = enter(page, client)
    console_messages.listen(tab)
    page.reload()
    page.get_by_role("link", name=f"End the login of {STAFF_NAME}").click()
    page.get_by_role("button", name="End login").click()
    expect(page.get_by_role("region", name="Logins as this client")).to_contain_text("Ended by staff")
    tab.reload()
    expect(tab.get_by_role("heading", name="You are no longer logged in as this client")).to_be_visible()
    tab.get_by_role("link", name="Return to Admin").click()
    expect(tab.get_by_role("heading", name="Brightwater", level=1)).to_be_visible()


def test_without_script_it_is_the_same(system, open_context, signed_in, client):
    page = open_context(storage_state=signed_in, java_script_enabled=False).new_page()
    tab = enter(page, client)
    expect(banner(tab)).to_contain_text("Ends at")
    banner(tab).get_by_role("button", name="Return to Admin").click()
    expect(tab.get_by_role("heading", name="Brightwater", level=1)).to_be_visible()
    assert system.rows(f"/clients/{client['id']}/impersonations")[0]["end_cause"] == "returned-to-admin"


def test_form_banner_and_record_are_accessible_also_on_a_phone(open_context, signed_in, client):
    context = open_context(storage_state=signed_in, bypass_csp=True, reduced_motion="reduce")
    context.add_init_script(path=AXE)
    page = context.new_page()
    assert axe_in_all_themes(open_login_as(page, client)) == NOTHING
    page.set_viewport_size({"width": 1440, "height": 900})
    tab = enter(page, client)
    assert axe_in_all_themes(tab) == NOTHING
    tab.set_viewport_size(PHONE)
    tab.mouse.wheel(0, 2000)
    expect(banner(tab).get_by_role("button", name="Return to Admin")).to_be_in_viewport()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.reload()
    assert axe_in_all_themes(page) == NOTHING
