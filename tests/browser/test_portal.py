"""The client's portal over billing and tickets: what is ordered, paid and asked, with script and without, on desk and
phone."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accessibility import AXE, NOTHING, axe_in_all_themes
from tests.support.browser.system import System, run

PAGES = (
    "/dashboard",
    "/client/services",
    "/client/domains",
    "/client/invoices",
    "/client/invoices?status=to_pay",
    "/client/orders",
    "/client/tickets",
    "/store",
)


@pytest.fixture(scope="module")
def client(system) -> dict:
    """A client in pounds with a discount, credit, a domain, a ticket, an order, and an invoice that is owed."""
    group = next(one for one in system.rows("/client-groups") if float(one["discount_percent"]) >= 10)
    made = system.new_client(company="Portal Ltd", first_name="Imogen", currency="GBP", group_id=group["id"])
    path = f"/clients/{made['id']}"
    system.post(f"{path}/credits", {"amount": {"amount": "5000.00", "currency": "GBP"}, "description": "Prepaid"})
    system.post(
        f"{path}/domains",
        {
            "name": f"{uuid.uuid4().hex[:10]}.example",
            "kind": "existing",
            "registrar": "Nominet",
            "auto_renew": True,
            "nameservers": ["ns1.example.com", "ns2.example.com"],
        },
    )
    system.post(f"{path}/tickets", {"subject": "Where is my invoice?", "body": "It is gone."})
    system.post(
        f"{path}/invoices",
        {
            "lines": [{"description": "Hosting", "quantity": "2.5", "unit_price": "80.00", "tax_rate": "20"}],
            "publish": True,
            "apply_credit": False,
        },
    )
    product = next(one for one in system.rows("/products", limit=100) if one["name"] == "Backup 500 GB")
    system.post(f"{path}/orders", {"items": [{"product_id": product["id"], "billing_cycle": "monthly"}]})
    return made


def enter(system: System, client: dict) -> str:
    """A one-time link into the portal, as the client's primary contact."""
    return run(
        "services.clients",
        "login-link",
        client["profile"]["email"],
        "--portal",
        COMMERCE_DEVELOPMENT="1",
        COMMERCE_DATABASE_URL=system.databases["clients"].app_url,
    ).strip()


@pytest.fixture(scope="module")
def entered(system, chromium, client) -> dict:
    """The cookies of the client's contact in the portal."""
    context = chromium.new_context(base_url=system.portal_origin)
    context.new_page().goto(enter(system, client))
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def portal(open_page, system, entered):
    """`portal(**options)`: a page of the contact's browser in the portal."""
    return lambda **options: open_page(**{"base_url": system.portal_origin, "storage_state": entered, **options})


def paid(system: System, client: dict, page: Page) -> dict:
    """The invoice whose page is open, as staff have it."""
    return system.get(f"/clients/{client['id']}/invoices/{page.url.rsplit('/', 1)[1]}").json()


def test_what_is_put_together_in_the_store_is_ordered_invoiced_and_paid_with_credit(portal, system, client):
    page = portal()
    page.goto("/store")
    page.get_by_role("radiogroup", name="Billing cycle of Managed WordPress").get_by_label("Annual").check()
    page.get_by_role("button", name="Add to order: Managed WordPress").click()
    order = page.get_by_role("region", name="Your order")
    expect(order.get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Add to order: Mail Only").click()
    expect(order.get_by_role("listitem")).to_have_count(2)
    order.get_by_role("button", name="Remove Mail Only").click()
    expect(order.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("region", name="Backup 500 GB")).to_contain_text("kept for 30 days")
    page.get_by_role("button", name="Add to order: Backup 500 GB").click()
    expect(order.get_by_role("listitem")).to_have_count(2)
    expect(order.get_by_role("listitem").last.get_by_label("Domain")).to_have_count(0)
    order.get_by_role("button", name="Remove Backup 500 GB").click()
    expect(order.get_by_role("listitem")).to_have_count(1)
    expect(order).to_contain_text("Annual")
    due = order.locator("dd.t").inner_text()
    order.get_by_label("Domain").fill(f"{uuid.uuid4().hex[:10]}.example")
    order.get_by_role("button", name="Place order", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^ORD-\d+$"))
    expect(page.locator(".big")).to_have_text(due)
    expect(page.get_by_role("row").filter(has_text="Managed WordPress").locator(".st")).to_have_text("Pending")
    page.get_by_role("link", name=re.compile("^Pay INV-")).click()
    page.get_by_role("button", name=f"Pay {due} with account credit").click()
    expect(page.locator(".ptop .st")).to_have_text("Paid")
    invoice = paid(system, client, page)
    assert (invoice["status"], invoice["credits"][0]["actor"]["kind"]) == ("paid", "contact")
    page.goto("/client/services?status=active")
    expect(page.get_by_role("row").filter(has_text="Managed WordPress")).to_contain_text("annual")


def test_a_ticket_is_opened_answered_replied_to_and_closed_and_the_note_is_never_seen(
    portal, system, client, console_messages
):
    console_messages.expect_status(422)
    page = portal()
    page.goto("/client/tickets")
    page.get_by_role("link", name="New Ticket").click()
    dialog = page.get_by_role("dialog", name="New Ticket")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Fill this in.")
    dialog.get_by_label("Subject").fill("Raise the memory")
    dialog.get_by_label("For").select_option("Support")
    dialog.get_by_label("Message").fill("Please do.\nToday.")
    dialog.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Raise the memory")
    ticket = f"/clients/{client['id']}/tickets/{page.url.rsplit('/', 1)[1]}"
    system.post(f"{ticket}/replies", {"body": "Not for the client", "internal": True})
    system.post(f"{ticket}/replies", {"body": "It is done.", "internal": False})
    page.reload()
    expect(page.locator(".msg.staff")).to_contain_text("It is done.")
    expect(page.locator("main")).not_to_contain_text("Not for the client")
    page.get_by_label("Your reply").fill("Thank you")
    page.get_by_label("Your reply").press("Control+Enter")
    expect(page.locator(".ptop .st")).to_have_text("Customer reply")
    expect(page.locator(".msg").last).to_contain_text("Thank you")
    assert system.get(ticket).json()["status"] == "customer_reply"
    page.get_by_role("link", name="Close ticket").click()
    page.get_by_role("dialog").get_by_role("button", name="Close ticket").click()
    expect(page.locator(".ptop .st")).to_have_text("Closed")


def test_of_a_domain_renewal_is_turned_off(portal):
    page = portal()
    page.goto("/client/domains")
    row = page.get_by_role("row").filter(has_text="ns1.example.com")
    expect(row.locator(".st").first).to_have_text("On")
    row.get_by_role("link", name=re.compile("^Manage")).click()
    page.get_by_role("dialog").get_by_label("Renew it by itself").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(row.locator(".st").first).to_have_text("Off")


def test_without_script_one_orders_pays_a_part_and_replies_all_the_same(portal, system):
    client = system.new_client(company="Plain Ltd", currency="GBP")
    pound = {"amount": "1.00", "currency": "GBP"}
    system.post(f"/clients/{client['id']}/credits", {"amount": pound, "description": "A little"})
    page = portal(java_script_enabled=False, storage_state=None)
    page.goto(enter(system, client))
    page.goto("/store")
    page.get_by_role("button", name="Add to order: Cloud VPS 4").click()
    page.get_by_label("Use £1.00 of my £1.00 account credit").check()
    page.get_by_role("button", name="Place order", exact=True).click()
    page.get_by_role("link", name=re.compile("^Pay INV-")).click()
    way = page.get_by_role("region", name=re.compile("^Pay £"))
    expect(way).to_contain_text("How to pay")
    expect(way).to_contain_text(page.get_by_role("heading", level=1).inner_text())
    expect(way.get_by_role("button")).to_have_count(0)
    expect(page.locator(".totals")).to_contain_text("−£1.00")
    page.goto("/client/tickets/new")
    page.get_by_label("Subject").fill("Plain")
    page.get_by_label("Message").fill("Hello")
    page.get_by_role("button", name="Send").click()
    page.get_by_label("Your reply").fill("Once more")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".msg")).to_have_count(2)


def test_each_panel_of_the_first_page_is_missing_alone(portal, system):
    page = portal()
    with system.without("support"):
        page.goto("/dashboard")
        expect(page.get_by_role("region", name="Tickets")).to_contain_text("Temporarily unavailable")
        expect(page.get_by_role("region", name="To pay")).to_contain_text("£")
        expect(page.get_by_role("region", name="Domains")).to_contain_text(".example")
    with system.without("billing"):
        page.goto("/dashboard")
        for name in ("Services", "Domains", "Invoices"):
            expect(page.get_by_role("region", name=name, exact=True)).to_contain_text("Temporarily unavailable")
        expect(page.get_by_role("region", name="To pay")).to_contain_text("Unknown")
        expect(page.get_by_role("region", name="Tickets")).to_contain_text("Where is my invoice?")


def test_an_order_that_cannot_be_placed_now_is_kept_and_placed_once(portal, system, console_messages):
    console_messages.expect_status(503, 504)
    client = system.new_client(company="Patient Ltd", currency="GBP")
    page = portal(java_script_enabled=False, storage_state=None)
    page.goto(enter(system, client))
    page.goto("/store")
    page.get_by_role("button", name="Add to order: Mail Only").click()
    order = page.get_by_role("region", name="Your order")
    order.get_by_label("Domain").fill("kept.example.com")
    with system.without("billing"):
        order.get_by_role("button", name="Place order", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Sending it again never does it twice.", timeout=20_000)
        expect(order.get_by_role("listitem")).to_contain_text("Mail Only")
        expect(order.get_by_label("Domain")).to_have_value("kept.example.com")
    order.get_by_role("button", name="Place order", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^ORD-\d+$"))
    assert len(system.rows(f"/clients/{client['id']}/orders")) == 1


def test_axe_finds_nothing_serious_on_a_page_of_the_portal_and_nothing_scrolls_sideways(chromium, system, entered):
    context = chromium.new_context(
        base_url=system.portal_origin, storage_state=entered, bypass_csp=True, viewport=DESKTOP, reduced_motion="reduce"
    )
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto("/dashboard")
    first = [
        page.locator(f"a[href^='/client/{kind}/']:not([href$='new'])").first.get_attribute("href")
        for kind in ("invoices", "services", "tickets")
    ]
    page.goto("/client/orders")
    order = page.locator("tbody a[href^='/client/orders/']").first.get_attribute("href")
    for address in (*PAGES, *first, order, "/client/tickets/new", "/client/invoices/nothing"):
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        assert axe_in_all_themes(page) == NOTHING, address
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"], address
    context.close()
