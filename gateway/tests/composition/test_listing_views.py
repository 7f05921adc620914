"""Saved views of the lists over all clients: what a list asks for with one, what one keeps, and its count."""

import pytest

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.composition.listing_views import count_listing_views, listing_query, open_listing
from gateway.composition.listings import BY_SLUG
from gateway.tests.composition.test_listings import AWAY, context

INVOICES, TICKETS = BY_SLUG["invoices"], BY_SLUG["tickets"]
LATE = {
    "id": "v1",
    "filter": "status = overdue",
    "q": "",
    "sort": "due",
    "shared": False,
    "ours": False,
    "mine": True,
    "pinned": True,
    "default": True,
}


def opened(params: dict, view: dict | None = LATE, **changes):
    answer = {"views": [LATE], "view": view, "fault": None}
    ctx = context({"clients.open_view": answer, **changes})
    return open_listing(ctx, INVOICES, params), ctx.asked


def test_a_list_that_is_asked_for_nothing_opens_with_the_default_view_and_what_it_keeps():
    found, asked = opened({})
    assert asked == [("clients.open_view", {"list": "invoices", "view": "default"})]
    assert found.params == {"filter": "status = overdue", "sort": "due"}
    assert (found.as_saved, found.changed) == (True, False)


@pytest.mark.parametrize(
    ("params", "changed"),
    [
        ({"filter": "status=overdue", "sort": "due"}, False),
        ({"filter": "status = paid", "sort": "due"}, True),
        ({"filter": "status = overdue"}, True),
        ({"filter": "status = overdue", "sort": "due", "status": "paid"}, True),
        ({"filter": "status =", "sort": "due"}, True),
        ({"filter": "status = overdue", "sort": "due", "q": "lee"}, True),
    ],
)
def test_what_is_asked_beside_a_view_counts_whole(params, changed):
    found, asked = opened({"view": "v1", **params})
    assert asked[0][1]["view"] == "v1"
    assert (found.params, found.as_saved, found.changed) == (params, False, changed)


def test_another_page_of_a_view_asks_what_it_keeps():
    found, _ = opened({"view": "v1", "after": "here"})
    assert found.params == {"after": "here", "filter": "status = overdue", "sort": "due"} and found.as_saved


def test_a_list_stands_without_views_while_they_cannot_be_read_or_may_not_be():
    found, _ = opened({"q": "lee"}, **{"clients.open_view": AWAY})
    assert (found.params, found.views, found.view) == ({"q": "lee"}, [], None)
    denied = context({}, denied=[Permission.CLIENTS_VIEW])
    assert open_listing(denied, INVOICES, {}).views == [] and denied.asked == []


@pytest.mark.parametrize(
    ("listing", "asked", "filter"),
    [
        (INVOICES, {"status": "overdue"}, "status = overdue"),
        (INVOICES, {"status": "open,paid", "currency": "EUR"}, "currency = EUR AND (status = open OR status = paid)"),
        (INVOICES, {"from": "2026-01-02", "due_to": "2026-02-03"}, "issued >= 2026-01-02 AND due <= 2026-02-03"),
        (
            INVOICES,
            {"status": "paid", "filter": "total > 5 EUR OR due < today"},
            "status = paid AND (total > 5 EUR OR due < today)",
        ),
        (INVOICES, {"filter": "total > 0"}, "total > 0"),
        (BY_SLUG["payments"], {"gateway": 'a "b"'}, 'gateway = "a \\"b\\""'),
        (BY_SLUG["domains"], {"auto_renew": "false"}, "auto_renew = false"),
        (TICKETS, {"to": "2026-01-02", "client": "c1", "assigned": "s1"}, "active <= 2026-01-02"),
    ],
)
def test_what_the_page_s_filters_choose_is_kept_in_the_filter_language(listing, asked, filter):
    assert listing_query(listing, {"q": "lee", "sort": "due", **asked}) == {"filter": filter, "q": "lee", "sort": "due"}


def test_views_are_counted_by_the_list_s_owner_at_once_with_the_clients_that_a_search_finds():
    named = {**LATE, "id": "v2", "q": "lee"}
    unpinned = {**LATE, "id": "v3", "pinned": False}
    counts = [{"total": 3, "exact": True, "fault": None}, {"total": 1, "exact": True, "fault": None}]
    answers = {
        "clients.list_views": {"data": [LATE, named, unpinned]},
        "clients.find_clients": {"client_ids": ["a"], "more": False},
        "billing.count_listed": {"data": counts},
    }
    ctx = context(answers)
    found = count_listing_views(ctx, INVOICES)["data"]
    assert [(one["id"], one["total"]) for one in found] == [("v1", 3), ("v2", 1)]
    asked = [{"q": "", "filter": LATE["filter"]}, {"q": "lee", "filter": LATE["filter"], "clients": ["a"]}]
    assert ctx.asked[-1] == ("billing.count_listed", {"list": "invoices", "asked": asked})


def test_while_the_list_s_owner_is_away_no_count_is_said():
    ctx = context({"clients.list_views": {"data": [LATE]}, "billing.count_listed": AWAY})
    assert count_listing_views(ctx, INVOICES)["data"] == [{"id": "v1", "total": None, "exact": False, "fault": None}]
    refused = context({"clients.list_views": ServiceProblem("forbidden")})
    with pytest.raises(ServiceProblem):
        count_listing_views(refused, INVOICES)
