"""The client list."""

import re

import pytest

from gateway.ui import render
from tests.support.pages.drawing import LIST, draw, part
from tests.support.pages.samples import VIEWER, answer, frame, row


def test_the_list_shows_its_seven_columns_in_order():
    headings = re.findall(r'<th role="columnheader"[^>]*>(?:\s*<a[^>]*>)?([\w ]+)', draw("clients/list.html"))
    assert [name.strip() for name in headings] == [
        "Name",
        "Email",
        "Group",
        "Services",
        "Outstanding",
        "Last login",
        "Status",
    ]


def test_the_list_says_how_old_the_debt_is():
    assert "<b>£1,284.40</b>" in draw("clients/list.html") and "43 d overdue" in draw("clients/list.html")


def test_totals_that_are_unknown_read_unknown_and_never_zero():
    unknown = row(active_services=None, outstanding=None, overdue=None, oldest_due_on=None)
    html = draw("clients/list.html", clients=answer(unknown), unavailable=["billing"])
    assert (
        html.count('<span class="mute">Unknown</span>') == 2 and "temporarily unavailable" in html and "Retry" in html
    )


def test_totals_that_are_older_than_a_second_say_of_when_they_are():
    html = draw("clients/list.html", totals_as_of="2026-11-22T17:02:03.004Z")
    assert re.search(r"are as of\s+<time[^>]*>22 Nov 2026, 17:02:03</time>", html) and "Unknown" not in html
    assert "are as of" not in draw("clients/list.html")


def test_services_and_outstanding_are_headings_to_sort_by_the_most_first():
    html = draw("clients/list.html")
    assert 'href="/admin/clients?sort=-services"' in html and 'href="/admin/clients?sort=-outstanding"' in html
    down = draw("clients/list.html", filters={**LIST["filters"], "sort": "-outstanding"})
    assert 'class="num" aria-sort="descending"' in down and 'href="/admin/clients?sort=outstanding"' in down
    assert "sorted by outstanding, most" in down


def test_what_the_list_is_sorted_by_is_shown_where_it_has_no_column():
    assert "£25.00 credit" not in draw("clients/list.html")
    assert "£25.00 credit" in draw("clients/list.html", filters={**LIST["filters"], "sort": "-credit_balance"})
    assert "due 1 Dec 2026" in draw("clients/list.html", filters={**LIST["filters"], "sort": "next_due"})


def test_the_group_keeps_its_colour_as_a_fill():
    assert '<svg class="kt" aria-hidden="true" fill="#3b82f6">' in draw("clients/list.html")


def test_paging_keeps_the_filters_in_the_address():
    filters = {"q": "a&b", "group": "g1", "status": "active", "filter": "tag:vip", "sort": "-joined"}
    html = draw(
        "clients/list.html", filters=filters, clients=answer(row(), next="K=", prev="P", total=99), first_page=False
    )
    assert (
        'href="/admin/clients?after=K%3D&amp;q=a%26b&amp;group=g1&amp;status=active&amp;filter=tag%3Avip&amp;sort=-joined"'
        in html
    )
    assert 'rel="prev" href="/admin/clients?before=P&amp;q=a%26b' in html


def test_an_estimated_total_says_so():
    assert "about 12,300" in draw("clients/list.html", clients=answer(row(), total=12300, exact=False))


def test_the_rows_alone_bring_count_and_footer_out_of_band():
    html = part("clients/list.html")
    assert re.findall(r'id="(count|clear|foot)" hx-swap-oob="true"', html) == ["count", "clear", "foot"]
    assert re.search(r'id="filter"\s[^>]*hx-swap-oob="true"', html)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"clients": answer()}, "No clients yet"),
        (
            {"clients": answer(), "filters": {**LIST["filters"], "q": "zzz", "group": "g1"}},
            "No clients match “<bdi>zzz</bdi>” in <bdi>Reseller</bdi>",
        ),
        ({"clients": None, "request_id": "req-7"}, "Your search and filters are kept."),
        ({"clients": answer(), "first_page": False}, "The list has changed since."),
    ],
)
def test_an_empty_list_says_why_it_is_empty(changes, message):
    assert message in draw("clients/list.html", **changes)


def test_what_the_viewer_may_not_do_is_not_offered():
    reader = frame(viewer={**VIEWER, "permissions": ["clients.view"]})
    assert "New Client</a>" not in render.page("clients/list.html", reader, **LIST)
