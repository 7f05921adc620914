"""The lists over all clients in the browser: narrowed, sorted, paged; a payment matched in two clicks; the start page."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser.list_page import choose, rows

SLUGS = ("orders", "invoices", "payments", "services", "domains", "tickets")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_sidebar_leads_to_each_list_and_a_row_to_its_record(page, slug):
    page.goto("/admin/clients")
    page.get_by_role("navigation", name="Primary").get_by_role("link", name=re.compile(f"^{slug.title()}")).click()
    expect(page).to_have_url(re.compile(f"/admin/{slug}$"))
    expect(rows(page).first).to_be_visible()
    target = rows(page).first.get_attribute("data-href")
    rows(page).first.locator("td").nth(2).click()
    expect(page).to_have_url(re.compile(f"{target}$"))


def test_what_waits_is_marked_in_the_sidebar_without_holding_up_the_page(page):
    page.goto("/admin/profile")
    expect(page.locator("#waiting-invoices")).to_have_text(re.compile(r"\d+\+?\s+overdue"))
    expect(page).to_have_title(re.compile("^(?!What waits)"))


def test_invoices_are_narrowed_sorted_and_paged_in_place(page):
    page.goto("/admin/invoices")
    choose(page, "Status", "Overdue")
    expect(page).to_have_url(re.compile(r"\?status=overdue$"))
    expect(page.locator("#rows .st:not(.overdue)")).to_have_count(0)
    page.get_by_role("link", name="Due", exact=True).click()
    expect(page).to_have_url(re.compile(r"sort=due"))
    expect(page.get_by_role("combobox", name="Sort")).to_have_value("due")
    page.get_by_text("Totals by currency").click()
    expect(page.get_by_role("group", name="Totals by currency")).to_contain_text("owed of")
    first = rows(page).first.get_attribute("data-href")
    page.get_by_role("link", name="Next").click()
    expect(rows(page).first).not_to_have_attribute("data-href", first)
    page.get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/admin/invoices\?sort=due$"))


def test_a_client_s_name_finds_its_orders_and_nonsense_says_so(page):
    page.goto("/admin/orders")
    name = rows(page).first.locator("td").nth(1).inner_text().strip()
    page.get_by_role("searchbox", name="Number or client").fill(name)
    expect(page).to_have_url(re.compile(r"\?q="))
    expect(rows(page).first).to_contain_text(name)
    page.get_by_role("searchbox", name="Number or client").fill("zzzz nobody")
    expect(page.locator("#rows")).to_contain_text("No orders match")


def test_a_payment_that_quotes_a_number_is_matched_in_two_clicks(page):
    page.goto("/admin/invoices?status=unpaid")
    number = rows(page).first.locator("a.nm").first.inner_text().strip()
    page.goto("/admin/payments")
    sent = f"SEPA RE {number.replace('-', ' ')} thanks"
    page.locator("#q").fill(sent)
    page.get_by_role("link", name=f"Record Payment on {number}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Reference")).to_have_value(sent)
    dialog.get_by_role("button", name=re.compile("^Record ")).click()
    expect(page.locator("#notice")).to_contain_text("Payment recorded")
    expect(rows(page).first).to_contain_text(sent)


def test_a_list_keeps_a_view_of_its_own_with_a_live_count(page, system):
    page.goto("/admin/invoices")
    choose(page, "Status", "Overdue")
    expect(page).to_have_url(re.compile(r"status=overdue"))
    page.get_by_role("link", name="Due", exact=True).click()
    expect(page).to_have_url(re.compile(r"sort=due"))
    page.get_by_role("link", name="Save view").click()
    dialog = page.get_by_role("dialog", name="Save view")
    dialog.get_by_label("Name").fill("Money that is late")
    dialog.get_by_role("button", name="Save view").click()
    bar = page.get_by_role("navigation", name="Saved views")
    link = bar.get_by_role("link", name="Money that is late")
    expect(link).to_have_attribute("aria-current", "page")
    late = system.get("/invoices", status="overdue").json()["page"]["total"]
    expect(link.locator(".n")).to_have_text(str(late))
    expect(page.get_by_role("combobox", name="Sort")).to_have_value("due")
    expect(page.locator("#rows .st:not(.overdue)")).to_have_count(0)
    choose(page, "Currency", "Euro")
    expect(link).to_have_class("dirty")
    bar.get_by_role("link", name="All").click()
    expect(page).to_have_url(re.compile(r"/admin/invoices$"))
    for view in system.rows("/views", list="invoices"):
        if view["mine"]:
            system.delete(f"/views/{view['id']}")


def test_the_start_page_shows_what_waits_and_what_was_open(page):
    page.goto("/admin/clients")
    name = page.locator("#rows a.nm").first.inner_text().strip()
    page.locator("#rows a.nm").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.get_by_role("link", name="Dashboard").click()
    expect(page).to_have_url(re.compile(r"/admin$"))
    expect(page.get_by_role("region", name="Recently opened")).to_contain_text(name)
    waits = page.get_by_role("navigation", name="What waits")
    expect(waits.get_by_role("link")).to_have_count(4)
    waits.get_by_role("link", name="Overdue invoices").click()
    expect(page).to_have_url(re.compile(r"/admin/invoices\?status=overdue&sort=due$"))
    expect(page.locator("#rows .st:not(.overdue)")).to_have_count(0)
