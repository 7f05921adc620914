"""Every page, in light, in dark and on a phone: axe finds nothing that matters, nothing scrolls sideways, the console is
quiet."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gateway.composition.listings import LISTINGS
from gateway.composition.record_tabs import TABS
from tests.browser.conftest import DESKTOP, PHONE
from tests.support.browser.import_pages import figures, import_small, upload
from tests.support.browser.system import wait_until

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
RUN_AXE = """async rules => (await axe.run({resultTypes: ["violations"], ...rules})).violations
    .filter(found => found.impact !== "minor")
    .map(found => `${found.id}: ${found.nodes.map(node => node.target.join(" ")).join(", ")}`)"""

OF_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}  # in dark the page is the same but for them
NOTHING = {"light": [], "dark": [], "phone": []}

PAGES = {
    "sign-in": "/admin/login",
    "list": "/admin/clients",
    "empty list": "/admin/clients?q=nobody+is+called+this",
    "start page": "/admin",
    **{f"all {one.slug}": f"/admin/{one.slug}" for one in LISTINGS},
    "no such invoice": "/admin/invoices?q=nobody+is+called+this",
    "filtered list": "/admin/clients?filter=status+%3D+active+AND+%28outstanding+%3E+0+OR+active_services+%3E+1%29",
    "faulty filter": "/admin/clients?filter=last_logn+%3C+today",
    "overview": "{full}",
    **{tab.slug: f"{{full}}/{tab.slug}" for tab in TABS},
    "bare client": "{bare}",
    "empty tab": "{bare}/invoices",
    "invoice": "{invoice}",
    "ticket": "{ticket}",
    "new client": "/admin/clients/new",
    "import": "/admin/clients/import",
    "log of all": "/admin/activity",
    "nothing here": "/admin/clients/not-an-id",
    "mistyped": "/admin/clients?sort=size",
    "portal": "{portal}/",
    "products": "/admin/products",
    "new product": "/admin/products/new",
    "status form": "{full}/status",
    "new invoice": "{full}/invoices/new",
    "add credit": "{full}/credits/new",
    "publish": "{invoice}/publish",
    "payment": "{invoice}/payment",
    "refund": "{invoice}/refund",
    "cancel": "{invoice}/cancel",
    "contact form": "{full}/contacts/new",
    "ticket form": "{full}/tickets/new",
    "ticket edit form": "{ticket}/edit",
    "edit client": "{full}/edit",
    "tags of a client": "{full}/tags",
    "client groups": "/admin/client-groups",
    "group form": "/admin/client-groups/new",
    "tags": "/admin/tags",
    "tag form": "/admin/tags/new",
    "fields": "/admin/settings/custom-fields",
    "field form": "/admin/settings/custom-fields/new",
    "order": "{order}",
    "new order": "{full}/orders/new",
    "suspend all": "{full}/services/suspend-all",
    "service": "{service}",
    "suspend one": "{service}/suspend",
    "new domain": "{full}/domains/new",
    "edit domain": "{domain}/edit",
    "edit billing": "{bare}/billing/edit",
    "staff": "/admin/staff",
    "staff account": "{account}",
    "new staff": "/admin/staff/new",
    "disable": "{account}/disable",
    "profile": "/admin/profile",
    "new token": "/admin/profile/tokens/new",
    "second factor": "/admin/profile/second-factor/begin",
    "api documentation": "/api/docs",
    "api section": "/api/docs/http/invoices",
    "api event": "/api/docs/events/invoice.published.v1",
    "dead link": "/admin/password/nonsense",
    "code without a step": "/admin/login/code",
}


@pytest.fixture(scope="session")
def addresses(system, full, bare) -> dict[str, str]:
    """The address of each page."""
    record = f"/admin/clients/{full['id']}"
    invoice, ticket, service, domain, order = (
        system.rows(f"/clients/{full['id']}/{kind}")[0]["id"]
        for kind in ("invoices", "tickets", "services", "domains", "orders")
    )
    known = {
        "full": record,
        "bare": f"/admin/clients/{bare['id']}",
        "portal": system.portal_origin,
        "service": f"{record}/services/{service}",
        "domain": f"{record}/domains/{domain}",
        "invoice": f"{record}/invoices/{invoice}",
        "ticket": f"{record}/tickets/{ticket}",
        "order": f"{record}/orders/{order}",
        "account": f"/admin/staff/{system.rows('/staff')[0]['id']}",
    }
    return {name: address.format(**known) for name, address in PAGES.items()}


@pytest.fixture(scope="module")
def probed(chromium, system, signed_in) -> Page:
    """A page that axe may be put into, which the security policy of the product forbids."""
    context = chromium.new_context(
        base_url=system.origin, storage_state=signed_in, bypass_csp=True, viewport=DESKTOP, reduced_motion="reduce"
    )
    context.add_init_script(path=AXE)
    yield context.new_page()
    context.close()


def test_axe_is_the_file_that_was_taken_in():
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


def axe_in_all_themes(page: Page) -> dict[str, list[str]]:
    """What axe finds on the page as it stands, in light, in dark and at a phone's width."""
    page.set_viewport_size(DESKTOP)
    found = {"light": page.evaluate(RUN_AXE)}
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    found["dark"] = page.evaluate(RUN_AXE, OF_COLOURS)
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    page.set_viewport_size(PHONE)
    found["phone"] = page.evaluate(RUN_AXE)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_in_light_in_dark_and_on_a_phone(probed, addresses, name):
    probed.goto(addresses[name])
    assert axe_in_all_themes(probed) == NOTHING
    assert probed.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


def test_axe_finds_nothing_serious_in_the_steps_of_an_import(probed, small):
    upload(probed, small)
    assert axe_in_all_themes(probed) == NOTHING
    import_small(probed, small)
    figures(probed)
    assert axe_in_all_themes(probed) == NOTHING


def test_axe_finds_nothing_serious_in_a_refused_form_and_in_the_help(probed, addresses):
    probed.goto(addresses["new client"])
    probed.get_by_role("button", name="Create Client").click()
    expect(probed.get_by_role("alert")).to_be_visible()
    assert axe_in_all_themes(probed) == NOTHING
    probed.set_viewport_size(DESKTOP)
    probed.goto(addresses["list"])
    probed.keyboard.press("?")
    expect(probed.get_by_role("dialog")).to_be_visible()
    assert axe_in_all_themes(probed) == NOTHING


def test_axe_finds_nothing_serious_in_the_composer_of_an_internal_note(probed, addresses):
    probed.goto(addresses["ticket"])
    probed.get_by_text("Internal note", exact=True).last.click()
    expect(probed.get_by_role("button", name="Add internal note")).to_be_visible()
    assert axe_in_all_themes(probed) == NOTHING


def shows(page: Page, address: str, text: str) -> bool:
    """Whether the page there, drawn anew, says `text`."""
    page.goto(address)
    return text in (page.locator("#main").text_content() or "")


def test_axe_finds_nothing_serious_while_services_are_away(probed, system, addresses):
    away = "emporarily unavailable"
    for service, pages in {
        "billing": {"list": "Services and Outstanding are as of", "overview": away, "credits": away},
        "audit": {"activity": away},
        "clients": {"list": away},
    }.items():
        with system.without(service):
            for name, text in pages.items():
                wait_until(lambda name=name, text=text: shows(probed, addresses[name], text), f"{text!r} in {name}")
                assert axe_in_all_themes(probed) == NOTHING, (service, name)


def test_every_page_keeps_to_the_security_policy_with_a_quiet_console_and_has_each_id_once(
    page, console_messages, addresses
):
    console_messages.expect_status(401, 404, 410, 422)
    for address in addresses.values():
        page.goto(address)
        page.wait_for_load_state("load")
        assert page.locator("h1").count() == 1, address
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(part => part.id)")
        assert sorted(ids) == sorted(set(ids)), f"a form or a script would find the wrong one in {address}"
    assert console_messages.unexpected() == []


def test_the_policy_does_refuse_what_it_forbids(open_context, signed_in):
    """So the quiet console above means something: a script inside a page is refused, and the console tells it."""
    page = open_context(storage_state=signed_in).new_page()
    page.goto("/admin/clients")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
        )
    assert page.evaluate("window.ran") is None


def test_the_theme_that_was_chosen_stays(page):
    page.goto("/admin/clients")
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_theme_of_the_system_is_followed_until_one_is_chosen(open_context, signed_in):
    page = open_context(storage_state=signed_in, color_scheme="dark").new_page()
    page.goto("/admin/clients")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="Switch between light and dark").click()
    page.emulate_media(color_scheme="light")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
