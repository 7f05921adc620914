"""The client list."""

import re

import pytest

from gateway.ui import columns, render
from tests.support.pages.drawing import FIELD_COLUMN, LIST, OWES, VIEW, draw, part
from tests.support.pages.samples import VIEWER, answer, frame, row


def test_the_list_shows_its_seven_columns_in_order():
    headings = re.findall(r'<th role="columnheader"[^>]*>\s*(?:<a[^>]*>)?([A-Z][\w ]+)', draw("clients/list.html"))
    assert [name.strip() for name in headings] == [
        "Name",
        "Email",
        "Group",
        "Services",
        "Outstanding",
        "Last login",
        "Status",
    ]


def test_a_list_of_more_than_an_act_takes_says_so_at_its_selection():
    assert 'data-most="20,000"' in draw("clients/list.html", clients=answer(row(), total=20_001, exact=False))
    assert "data-most" not in draw("clients/list.html", clients=answer(row(), total=20_000))


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


def test_any_column_is_a_heading_to_sort_by_and_stands_among_the_orders_while_it_is_one():
    html = draw("clients/list.html", filters={**LIST["filters"], "sort": "-group"})
    assert 'href="/admin/clients?sort=email"' in html and 'href="/admin/clients?sort=group"' in html
    assert '<option value="-group" selected>Group, downwards</option>' in html
    assert html.count('aria-sort="descending"') == 1 and "sorted by group, downwards" in html


def test_an_order_that_takes_too_long_says_so_in_place_of_rows():
    fault = {"title": "The list cannot be sorted by this", "detail": "So many rows are not sorted by this in time."}
    html = draw("clients/list.html", clients=None, view_fault=fault)
    assert fault["title"] in html and fault["detail"] in html and "didn't load" not in html


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
    assert re.findall(r'id="(views|count|clear|foot)"[^>]* hx-swap-oob="true"', html) == [
        "views",
        "count",
        "clear",
        "foot",
    ]
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


def test_columns_stand_as_they_were_chosen_widened_and_named():
    shown = [columns.BY_KEY["phone"], columns.BY_KEY["name"], FIELD_COLUMN]
    kept = {"density": "compact", "widths": {"phone": 220}, "gone": 0, "chosen": True}
    answered = answer(row(columns={"phone": "+44 20 7946 0018", "field:f1": True}))
    html = draw("clients/list.html", clients=answered, columns=shown, layout_kept=kept)
    assert re.findall(r'<th role="columnheader"[^>]*>\s*<a[^>]*>(?:<bdi>)?([A-Z][\w ]*\w)', html) == [
        "Phone",
        "Name",
        "VAT checked",
    ]
    assert '<col width="220"><col width="270"><col width="160">' in html and 'class="dt cards-m compact"' in html
    assert "<bdi>+44 20 7946 0018</bdi>" in html and "<bdi>Yes</bdi>" in html


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("overdue", {"overdue": None}, "Unknown"),
        ("overdue", {"overdue": {"amount": "0.00", "currency": "GBP"}}, "–"),
        ("suspended_services", {"suspended_services": 3}, "3"),
        ("next_due", {"next_due_on": None}, "–"),
        ("next_due", {"next_due_on": "2026-12-01"}, "1 Dec 2026"),
        ("tags", {"tags": [{"id": "t", "name": "VIP", "colour": "#111111"}]}, "VIP"),
        ("country", {"columns": {"country": "DE"}}, "Germany"),
        ("tax_exempt", {"columns": {"tax_exempt": False}}, "No"),
        ("created_by", {"columns": {"created_by": None}}, "–"),
    ],
)
def test_each_column_shows_what_it_holds(key, value, shown):
    kept = {"density": "two_lines", "widths": {}, "gone": 0, "chosen": True}
    given = {"columns": [columns.BY_KEY["name"], columns.BY_KEY[key]], "layout_kept": kept}
    html = draw("clients/list.html", clients=answer(row(**value)), **given)
    cell = re.findall(r"<td\b.*?</td>", html, re.S)[-1]
    assert shown in re.sub(r"<[^>]*>", "", cell)


def test_the_bar_has_the_pinned_views_and_the_open_one_with_what_was_changed():
    html = draw("clients/list.html", open_view=VIEW, changed=True, may_change=True)
    bar = html[html.index('<nav class="views"') : html.index("</nav>", html.index('<nav class="views"'))]
    assert re.findall(r"<bdi>([^<]+)</bdi>", bar) == ["Owes", "My VIPs"]
    assert 'href="/admin/clients?view=v7" aria-current="page" class="dirty"' in bar
    assert "Back to the saved view" in html and "/admin/clients/views/v7/delete" in html
    assert 'name="view" value="v7"' in html and "view=v7&amp;sort=-services" in html


def test_the_bar_says_what_an_open_view_asks_for_so_that_a_bulk_act_has_no_other_clients():
    filters = {**LIST["filters"], "filter": 'tag:"VIP"'}
    html = draw("clients/list.html", open_view=VIEW, filters=filters)
    assert 'data-asked="?filter=tag%3A%22VIP%22"' in html and 'data-asked="?"' in draw("clients/list.html")


def test_a_view_that_may_not_be_changed_offers_what_is_ones_own():
    html = draw("clients/list.html", open_view=OWES)
    assert "Pin, default" in html and "/delete" not in html


def test_the_way_to_all_clients_passes_by_the_default_view():
    assert 'href="/admin/clients?view=all"' in draw("clients/list.html", past_default="all")
    assert "view=all" not in draw("clients/list.html")


@pytest.mark.parametrize("past_default", ["", "all"])
def test_where_there_is_a_default_view_all_stays_all(past_default):
    all_of = "/admin/clients?view=all" if past_default else "/admin/clients"
    html = draw("clients/list.html", past_default=past_default, filters={**LIST["filters"], "sort": "-name"})
    assert f'id="by-name" href="{all_of}"' in html
    assert ('type="hidden" name="view" value="all"' in html) == bool(past_default)
    later = draw("clients/list.html", past_default=past_default, clients=answer(), first_page=False)
    assert f'href="{all_of}">First page' in later


def test_a_filter_at_fault_is_mended_in_the_view_that_was_asked_and_cleared_to_all():
    fault = {"position": 1, "length": 4, "message": "No such field.", "mended": "tag:vip", "nearest": "tag"}
    state = {"text": "tagg:vip", "chips": [], "fault": fault}
    asked = {**LIST["filters"], "view": "v7", "filter": "tagg:vip"}
    html = draw("clients/list.html", clients=None, views=[], filters=asked, filter=state)
    assert 'id="filter-mend" href="/admin/clients?view=v7&amp;filter=tag%3Avip"' in re.sub(r"\s+", " ", html)
    assert 'href="/admin/clients?view=all">Clear filters' in html


def test_a_view_that_names_what_is_gone_says_so_in_place_of_rows():
    fault = {"title": "This view cannot be used as it was saved.", "detail": "Position 5: There is no tag VIP."}
    html = draw("clients/list.html", open_view=VIEW, view_fault=fault, clients=answer())
    assert fault["title"] in html and fault["detail"] in html and "<table" not in html
    gone = {"density": "two_lines", "widths": {}, "gone": 2, "chosen": False}
    assert "2 columns of custom fields that are no more" in draw("clients/list.html", layout_kept=gone)


def test_the_export_is_offered_to_those_who_may_take_it():
    reader = frame(viewer={**VIEWER, "permissions": ["clients.view"]})
    assert "/admin/clients/export" in draw("clients/list.html")
    assert "/admin/clients/export" not in render.page("clients/list.html", reader, **LIST)


def test_an_export_of_nothing_cannot_be_begun_and_a_long_one_shows_how_far_it_is():
    nothing = draw("clients/export.html", page=answer()["page"])
    assert "there is nothing to export" in nothing and re.search(r"<button[^>]*disabled", nothing)
    assert "data-export hidden" in draw("clients/export.html") and "about 12,300 clients" in draw("clients/export.html")
    assert "data-export" not in draw("clients/export.html", page=answer(row(), total=10000)["page"])
