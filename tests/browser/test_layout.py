"""Every page at nine widths, with the longest things that people enter: nothing scrolls sideways, nothing is cut without
a sign, nothing lies over something else."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gateway.composition.listings import LISTINGS
from gateway.composition.record_tabs import TABS
from tests.support.browser import crowded_client
from tests.support.browser.system import run

WIDTHS = (360, 390, 820, 900, 1024, 1100, 1280, 1440, 1920)
FAULTS = (Path(__file__).parents[1] / "support" / "browser" / "layout_faults.js").read_text(encoding="utf-8")

SETTINGS = (
    "/admin/login",
    "/admin",
    "/admin/jobs",
    "/admin/search?q=donau",
    *(f"/admin/{one.slug}" for one in LISTINGS),
    "/admin/clients?sort=-created_at",
    "/admin/clients/new",
    "/admin/clients/columns",
    "/admin/clients/export",
    "/admin/clients/views/new",
    "/admin/clients/import",
    "/admin/clients/not-an-id",
    "/admin/activity",
    "/admin/products",
    "/admin/products/new",
    "/admin/client-groups",
    "/admin/client-groups/new",
    "/admin/tags",
    "/admin/tags/new",
    "/admin/settings/custom-fields",
    "/admin/settings/custom-fields/new",
    "/admin/staff",
    "/admin/staff/new",
    "/admin/system",
    "/admin/webhooks",
    "/admin/webhooks/new",
    "/admin/profile",
    "/admin/profile/tokens/new",
)
RECORD = (
    *("record" + (f"/{tab.slug}" if tab.slug else "") for tab in TABS),
    *(
        f"record/{form}"
        for form in ("edit", "status", "tags", "billing/edit", "contacts/new", "services/suspend-all", "login-as")
    ),
    *(f"record/{kind}/new" for kind in ("invoices", "credits", "orders", "domains", "tickets", "notes")),
    *("invoice", *(f"invoice/{form}" for form in ("publish", "payment", "mark-paid", "send", "refund", "cancel"))),
    *(
        "order",
        "order/approve",
        "order/mark-fraud",
        "ticket",
        "ticket/edit",
        "ticket/reply",
        "domain/edit",
        "domain/status",
    ),
    *("service", "service/suspend", "service/cancel", "service/terminate"),
)
PORTAL = (
    *("/dashboard", "/store", "/client/tickets/new", "/client/contacts/new"),
    *(
        f"/client/{page}"
        for page in ("services", "invoices", "orders", "domains", "tickets", "profile", "contacts", "access")
    ),
    *("invoice", "order", "service", "ticket"),
)


@pytest.fixture(scope="module")
def crowded(system) -> dict:
    """The addresses of a client whose names are one long word each."""
    return crowded_client.make(system)


@pytest.fixture(scope="module")
def staffed(chromium, system, signed_in) -> Page:
    """A page that scripts of the test may look at, which the security policy of the product forbids."""
    context = chromium.new_context(
        base_url=system.origin, storage_state=signed_in, bypass_csp=True, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def portal(chromium, system, crowded) -> Page:
    """The same in the portal, signed in as the client's owner."""
    context = chromium.new_context(base_url=system.portal_origin, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    link = run(
        "services.clients",
        "login-link",
        crowded["email"],
        "--portal",
        COMMERCE_DEVELOPMENT="1",
        COMMERCE_DATABASE_URL=system.databases["clients"].app_url,
    )
    page.goto(link.strip())
    yield page
    context.close()


def faults(page: Page, address: str) -> dict[int, list[str]]:
    """What is wrong at each width; empty where all is well."""
    page.route("**/admin/live?*", lambda route: route.fulfill(status=204))  # a stream is never idle
    page.goto(address)
    expect(page.locator(".htmx-request")).to_have_count(0)
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate(FAULTS)
    return {width: wrong for width, wrong in found.items() if wrong}


@pytest.mark.parametrize("address", SETTINGS)
def test_a_page_of_its_own_fits_each_width(staffed, crowded, address):
    assert faults(staffed, address) == {}


def test_a_staff_account_fits_each_width(staffed, crowded, system):
    assert faults(staffed, f"/admin/staff/{system.rows('/staff')[0]['id']}") == {}


@pytest.mark.parametrize("name", RECORD)
def test_a_page_of_the_record_fits_each_width(staffed, crowded, name):
    kind, _, rest = name.partition("/")
    assert faults(staffed, f"{crowded[kind]}{'/' if rest else ''}{rest}") == {}


@pytest.mark.parametrize("company", [crowded_client.HEBREW * 3, crowded_client.HAN * 4], ids=["right to left", "Han"])
def test_names_of_other_scripts_fit_too(staffed, system, company):
    made = crowded_client.make(system, company)
    for kind in ("record", "invoice", "order", "service", "ticket"):
        assert faults(staffed, made[kind]) == {}


@pytest.mark.parametrize("address", PORTAL)
def test_a_page_of_the_portal_fits_each_width(portal, crowded, address):
    found = f"/client/{address}s/{crowded[address].rpartition('/')[2]}" if address in crowded else address
    assert faults(portal, found) == {}


def test_the_list_fits_once_its_longest_client_has_signed_in(staffed, portal):
    """So that group, time and state share the narrowest line."""
    assert faults(staffed, f"/admin/clients?q={crowded_client.WORD[:20]}") == {}


def test_the_measure_sees_what_it_is_for(staffed):
    """So that the empty answers above mean something."""
    staffed.set_viewport_size({"width": 390, "height": 900})
    staffed.set_content(
        """<div style="width:600px">wide</div><p style="overflow:hidden;white-space:nowrap;width:60px">a long line of words</p>
        <p style="overflow:auto;white-space:nowrap;width:60px">a long line of words</p>
        <b style="position:relative;top:-40px">over it</b>
        <div style="position:sticky;height:10px">two lines<br>of text</div>"""
    )
    kinds = {fault.partition(":")[0] for fault in staffed.evaluate(FAULTS)}
    assert kinds == {
        "outside the window",
        "cut without a sign",
        "scrolls sideways",
        "the page scrolls sideways",
        "overlap",
        "falls out of its box",
    }
