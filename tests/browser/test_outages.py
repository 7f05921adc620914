"""A service that is away costs its own sections only; when it is back, Retry fills them."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.list_page import ROWS, column, rows
from tests.support.browser.system import wait_until

AWAY = "Temporarily unavailable"


def sections_away(page: Page) -> list[str]:
    """The ids of the record's sections that say that they are away."""
    return (
        page.locator("#panel [id^=part-]").filter(has_text=AWAY).evaluate_all("all => all.map(section => section.id)")
    )


@pytest.fixture
def record(page, full) -> Page:
    """A page on the full record."""
    page.goto(f"/admin/clients/{full['id']}")
    expect(page.get_by_text(AWAY)).to_have_count(0)
    return page


def test_without_billing_the_list_keeps_its_totals_and_says_of_when_they_are(page, system):
    page.goto("/admin/clients")
    known = column(page, 4), column(page, 5)
    with system.without("billing"):
        wait_until(lambda: system.get("/clients").json()["totals_as_of"], "totals that nobody vouches for")
        page.reload()
        expect(rows(page)).to_have_count(25)
        assert (column(page, 4), column(page, 5)) == known
        notice = page.get_by_role("status").filter(has_text="Services and Outstanding are as of")
        expect(notice).to_be_visible()
    page.get_by_role("link", name="Retry").click()
    expect(notice).to_be_hidden()
    expect(page.locator(ROWS).filter(has_text="Unknown")).to_have_count(0)


def test_without_billing_the_record_keeps_all_that_is_not_billings(record, system, full):
    with system.without("billing"):
        record.reload()
        expect(record.get_by_role("heading", level=1)).to_have_text(full["name"])
        summary = record.get_by_role("region", name="Summary")
        expect(summary.get_by_text("Unknown")).to_have_count(3)
        expect(summary.get_by_role("note")).not_to_have_count(0)
        assert set(sections_away(record)) == {"part-charts", "part-services", "part-billing", "part-domains"}
        expect(record.get_by_role("region", name="Profile")).to_contain_text(full["profile"]["email"])
        expect(record.get_by_role("region", name="Recent activity").get_by_role("listitem").first).to_be_visible()
    section = record.locator("#part-services")
    section.get_by_role("link", name="Retry").click()
    expect(section.get_by_role("table")).to_be_visible()
    expect(record.locator("#part-billing")).to_contain_text(AWAY)


def test_without_billing_its_tab_offers_retry_and_the_others_work(record, system):
    with system.without("billing"):
        record.get_by_role("tab", name=re.compile("^Invoices")).click()
        expect(record.locator("#panel")).to_contain_text(AWAY)
        record.get_by_role("tab", name=re.compile("^Contacts")).click()
        expect(record.locator("#panel tbody tr").first).to_be_visible()
        unread = record.locator("#summary").get_by_role("status")
        expect(unread).to_contain_text("The numbers of services, invoices and credit could not be read.")
        record.get_by_role("tab", name=re.compile("^Invoices")).click()
        expect(record.locator("#panel")).to_contain_text(AWAY)
    record.locator("#panel").get_by_role("link", name="Retry").click()
    expect(record.locator("#panel tbody tr").first).to_be_visible()
    expect(record.locator("#summary").get_by_text("Unknown")).to_have_count(0)
    expect(unread).to_be_hidden()


@pytest.mark.parametrize(
    ("service", "sections", "tab"),
    [
        ("support", {"part-tickets"}, "Tickets"),
        ("audit", {"part-charts", "part-activity"}, "Activity Log"),
    ],
)
def test_support_or_audit_away_costs_its_own_sections_only(record, system, service, sections, tab):
    with system.without(service):
        record.reload()
        assert set(sections_away(record)) == sections
        expect(record.get_by_role("region", name="Summary").get_by_text("Unknown")).to_have_count(0)
        expect(record.locator("#part-services").get_by_role("table")).to_be_visible()
        record.get_by_role("tab", name=re.compile(f"^{tab}")).click()
        expect(record.locator("#panel-h")).to_have_text(tab)
        expect(record.locator("#panel")).to_contain_text(AWAY)
    record.locator("#panel").get_by_role("link", name="Retry").click()
    expect(record.locator("#panel").get_by_text(AWAY)).to_have_count(0)
    expect(record.locator("#panel tbody tr, #panel ol.tl > li").first).to_be_visible()


def test_numbers_that_could_not_be_read_are_asked_for_again_in_the_summary(record, system):
    unread = record.locator("#summary").get_by_role("status")
    with system.without("support"):
        record.get_by_role("tab", name=re.compile("^Contacts")).click()
        expect(unread).to_contain_text("The numbers of tickets could not be read.")
    unread.get_by_role("link", name="Retry").click()
    expect(unread).to_be_hidden()


def test_a_service_that_was_started_again_is_back_without_a_restart_of_the_others(record, system):
    with system.without("support", gone=True):
        record.reload()
        expect(record.locator("#part-tickets")).to_contain_text(AWAY)
    record.locator("#part-tickets").get_by_role("link", name="Retry").click()
    expect(record.locator("#part-tickets")).not_to_contain_text(AWAY)


def test_without_clients_the_page_says_so_and_retry_opens_it(page, system, console_messages):
    console_messages.expect_status(503)
    with system.without("clients"):
        answer = page.goto("/admin/clients?status=active")
        assert answer.status == 503
        expect(page.get_by_role("heading", name=AWAY, level=1)).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("Clients didn't answer in time. Nothing was changed.")
    page.get_by_role("link", name="Retry").click()
    expect(page).to_have_url(re.compile(r"/admin/clients\?status=active$"))
    expect(rows(page).first).to_be_visible()


def test_a_search_that_gets_no_answer_keeps_what_was_typed(page, system, console_messages):
    console_messages.expect_status(503)
    page.goto("/admin/clients")
    with system.without("clients"):
        page.get_by_label("Search name, company, email or phone").fill("a")
        expect(page.get_by_role("heading", name="The client list didn't load")).to_be_visible()
        expect(page.get_by_label("Search name, company, email or phone")).to_have_value("a")
    page.get_by_role("link", name="Retry").click()
    expect(rows(page).first).to_be_visible()
    expect(page.get_by_label("Search name, company, email or phone")).to_have_value("a")


def test_a_new_client_that_could_not_be_saved_stays_in_its_form_and_goes_in_later(page, system, console_messages):
    console_messages.expect_status(503)
    group, email = system.rows("/client-groups")[0], f"{uuid.uuid4().hex[:12]}@example.com"
    page.goto("/admin/clients/new")
    for name, value in {"first_name": "Vera", "last_name": "Later", "email": email}.items():
        page.locator(f"#f-{name}").fill(value)
    page.locator("#f-group_id").select_option(label=group["name"])
    with system.without("clients"):
        page.get_by_role("button", name="Create Client").click()
        expect(page.get_by_role("alert")).to_contain_text("What you typed is still here")
        expect(page.locator("#f-first_name")).to_have_value("Vera")
    page.get_by_role("button", name="Create Client").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vera Later")
    expect(page.locator(".rhead")).to_contain_text(group["name"])
    assert len(system.rows("/clients", q=email)) == 1


def test_credit_that_was_not_answered_for_is_sent_again_from_its_dialog_and_added_once(page, system, console_messages):
    console_messages.expect_status(504)
    client = system.new_client(company="Credit Ltd", currency="GBP")
    page.goto(f"/admin/clients/{client['id']}/credits")
    page.locator(".qa a[href$='/credits/new']").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Amount").fill("7.50")
    form.get_by_label("Description").fill("Goodwill, 9 hours")
    with system.without("billing"):
        form.get_by_role("button", name="Add").click()
        expect(form.get_by_role("alert")).to_contain_text("What you typed is still here", timeout=20_000)
    form.get_by_role("button", name="Send again").click()
    expect(page.locator("#notice")).to_have_text("£7.50 credit added")
    assert len(system.rows(f"/clients/{client['id']}/credits")) == 1
