"""The lists over all clients, and the sidebar's marks of what waits in them."""

import re

import pytest

from gateway.composition.listings import LISTINGS
from gateway.ui import render
from tests.support.pages.drawing import one_line
from tests.support.pages.listing_samples import CLIENT, ROWS, TOTAL, listing_page
from tests.support.pages.samples import VIEWER, frame

SLUGS = [one.slug for one in LISTINGS]
LEADS_TO = {"payments": "invoices/i1", "domains": "domains"}


def drawn(slug: str, *rows: dict, query: str = "", whole: bool = True, viewer: dict = VIEWER, **changes) -> str:
    """The page of a list, one row in it unless others are given, with some of its context changed."""
    context = listing_page(slug, *(rows or ({**ROWS[slug], "client": CLIENT},)), **changes)
    draws = render.page if whole else render.fragment
    return one_line(draws(f"lists/{slug}.html", frame(f"/admin/{slug}{query}", viewer=viewer), **context))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_row_names_its_client_and_leads_to_its_record(slug):
    html = drawn(slug)
    record = "/admin/clients/c1/" + LEADS_TO.get(slug, f"{slug}/{ROWS[slug]['id']}")
    assert f'data-href="{record}"' in html and re.search(f'class="nm(?: long)?" href="{record}"', html)
    assert '<a class="nm" href="/admin/clients/c1"><bdi>Brightwater Studio Ltd</bdi></a>' in html


@pytest.mark.parametrize("slug", SLUGS)
def test_each_order_of_a_column_is_one_that_the_list_has(slug):
    html = drawn(slug)
    asked = set(re.findall(r'id="by-\w+" href="/admin/\w+(?:\?sort=([\w-]+))?"', html))
    orders = {order for order, _ in next(one.sorts for one in LISTINGS if one.slug == slug)}
    assert asked - {""} <= orders and len(asked) > 1 and html.count("aria-sort=") == 1


def test_filters_stay_with_sorting_and_paging_and_are_cleared_together():
    page = {"page": {"next": "after-i1", "prev": None, "total": 71, "exact": True}}
    html = drawn("invoices", items=page, filters={"status": "overdue", "from": "2026-11-01", "client": "c1"})
    links = re.findall(r'href="(/admin/invoices\?[^"]*(?:sort|after)=[^"]*)"', html)
    assert len(links) >= 3
    assert all("status=overdue" in link and "from=2026-11-01" in link and "client=c1" in link for link in links)
    assert 'href="/admin/invoices"' in html and "Clear filters" in html


def test_sums_stand_by_currency_with_what_is_owed_by_age():
    euro = {**TOTAL, "currency": "EUR", "count": 604}
    html = drawn("invoices", items={"totals": [TOTAL, euro]})
    assert html.count('<svg class="bar"') == 2 and "GBP, 1 invoice" in html and "EUR, 604 invoices" in html
    assert "owed of £312.40" in html


def test_a_list_that_is_too_long_to_be_summed_up_says_so_and_counts_by_estimate():
    page = {"next": "x", "prev": None, "total": 18204, "exact": False}
    html = drawn("invoices", items={"totals": None, "page": page})
    assert "Sums stand here for up to 10,000 invoices." in html and "about 18,204" in html
    assert "Sums stand here" not in drawn("tickets", items={"totals": None, "page": page})  # which have none


@pytest.mark.parametrize(
    "changes, text",
    [
        ({"filters": {"q": "nobody"}}, "No tickets match"),
        ({}, "No tickets yet"),
        ({"first_page": False}, "No tickets on this page"),
    ],
)
def test_an_empty_list_says_why(changes, text):
    empty = {"data": [], "totals": [{"count": 0}]}
    assert text in drawn("tickets", items=empty, **changes)


@pytest.mark.parametrize("whole", [True, False])
def test_a_list_whose_owner_is_away_keeps_its_filters(whole):
    html = drawn("invoices", query="?q=meridian", whole=whole, items=None, filters={"q": "meridian"})
    assert "The list didn't load" in html and 'hx-get="/admin/invoices?q=meridian"' in html and "req-7" in html


def test_a_filter_that_cannot_be_read_is_named():
    fault = {"pointer": "/due_from", "code": "validation", "message": "Not a date such as 2026-11-22."}
    html = drawn("invoices", items=None, faults=[fault])
    assert "Due from: Not a date such as 2026-11-22." in html


def test_a_row_stands_without_the_client_s_name_while_it_cannot_be_read():
    nameless = {**ROWS["orders"], "client": {"id": "c1", "name": None}}
    html = drawn("orders", nameless, items={"unavailable": ["clients"]})
    assert '<span class="mute">Unknown</span>' in html and "Names of clients are temporarily unavailable." in html


def test_the_sidebar_has_the_lists_that_the_viewer_may_view():
    viewer = {**VIEWER, "permissions": ["clients.view", "orders.view"]}
    html = drawn("orders", viewer=viewer)
    found = re.findall(r'<a class="nav-i" href="/admin/(\w+)"( aria-current="page")?', html)
    assert found == [("clients", ""), ("orders", ' aria-current="page"')]
    assert 'hx-get="/admin/waiting"' in html


def test_what_waits_is_marked_in_the_sidebar_and_not_counted_for_ever():
    waiting = {"counts": {"orders": 3, "tickets": 1000}, "words": {"orders": "pending", "tickets": "unanswered"}}
    html = one_line(render.fragment("lists/_waiting.html", frame("/admin/waiting"), **waiting, most=1000))
    assert 'id="waiting-orders" hx-swap-oob="true" title="pending">3<span class="sr"> pending</span>' in html
    assert ">999+<" in html


VIEW = {"id": "v1", "name": "Late", "sort": "due", "shared": False, "ours": False, "pinned": True, "default": True}
OPEN = {
    "views": [VIEW],
    "open_view": VIEW,
    "past_default": "all",
    "may_change": True,
    "filters": {"view": "v1", "sort": "due"},
}


def test_a_list_has_a_bar_of_its_views_and_an_open_one_stays_with_sorting_and_paging():
    page = {"page": {"next": "after-i1", "prev": None, "total": 71, "exact": True}}
    html = drawn("invoices", items=page, **OPEN)
    assert 'data-list="invoices"' in html and 'data-sort="due"' in html and 'data-count="v1"' in html
    assert re.search(r'<a href="/admin/invoices\?view=v1" aria-current="page"', html)
    assert 'href="/admin/invoices?view=all"' in html and "/admin/clients/views/v1/delete" in html
    assert re.search(r'/admin/clients/views/new\?[^"]*list=invoices', html)
    links = re.findall(r'href="(/admin/invoices\?[^"]*(?:sort|after)=[^"]*)"', html)
    assert len(links) >= 3 and all("view=v1" in one for one in links)
    assert "Columns" not in html.split("<form")[0] and "/admin/clients/export" not in html


def test_a_list_whose_views_cannot_be_read_has_no_bar():
    assert 'id="views"' not in drawn("invoices")


def test_a_view_that_cannot_be_used_says_so_in_place_of_rows():
    fault = {"title": "This view cannot be used as it was saved.", "detail": "/filter: There is no field `dew`."}
    html = drawn("invoices", **{**OPEN, "items": None, "view_fault": fault})
    assert fault["title"] in html and "There is no field" in html and "didn't load" not in html
    gone = {"title": "This view is gone.", "detail": "Everything is shown."}
    html = drawn("invoices", **{**OPEN, "open_view": None, "view_fault": gone})
    assert gone["title"] in html and "INV-" in html
