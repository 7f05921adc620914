"""Who is offered what on services, domains and billing; and what a form shows that was sent for another list."""

import re

import pytest

from gateway.ui import render
from tests.support.pages.drawing import PAGES, draw, one_line
from tests.support.pages.portal_pages import SERVICE as PORTAL_SERVICE
from tests.support.pages.samples import BATCH, DOMAIN, SERVICE, SERVICE_RECORD, VIEWER, answer, frame

OFFERED = {
    "pending": {"services.provision": ["activate"], "services.manage": ["cancel"]},
    "active": {"services.provision": [], "services.manage": ["suspend", "cancel"]},
    "suspended": {"services.provision": [], "services.manage": ["unsuspend", "cancel", "terminate"]},
    "cancelled": {"services.provision": [], "services.manage": []},
    "terminated": {"services.provision": [], "services.manage": []},
}


def seen_by(name: str, *permissions: str, **changes) -> str:
    """A page as somebody with these permissions alone sees it."""
    viewer = {**VIEWER, "permissions": ["clients.view", *permissions]}
    return one_line(render.page(name, frame(viewer=viewer), **{**PAGES[name], **changes}))


def links(name: str, *permissions: str, **changes) -> list[str]:
    """The last words of the links to forms on that page."""
    page = seen_by(name, *permissions, **changes)
    return re.findall(r'href="[^"]*/([a-z-]+)(?:/b1)?" hx-get="[^"]*" hx-target="#dialog"', page)


@pytest.mark.parametrize("status", OFFERED)
def test_a_row_offers_what_its_state_and_the_viewers_permissions_allow(status):
    items = answer({**SERVICE, "status": status})
    for permission, offered in OFFERED[status].items():
        on_the_row = [link for link in links("clients/services.html", permission, items=items) if link != "suspend-all"]
        assert on_the_row == offered, permission


@pytest.mark.parametrize("status", ["suspended", "cancelled", "terminated"])
def test_a_row_of_what_does_not_run_says_who_stopped_it_when_and_why(status):
    by = {"kind": "staff", "id": "s1", "name": "Zoe Stopper"}
    stop = {"at": "2026-11-22T16:05:00.000Z", "by": by, "reason": "Moved away"}
    page = draw("clients/services.html", items=answer({**SERVICE, "status": status, "stopped": stop}))
    assert "<bdi>Moved away</bdi>" in page and "22 Nov 2026, 16:05 UTC, <bdi>Zoe Stopper</bdi>" in page
    assert "Zoe" not in draw("clients/services.html", items=answer({**SERVICE, "stopped": None}))


def test_the_bar_of_a_suspend_all_is_shown_to_everybody_and_undone_by_who_may():
    items = {**answer(SERVICE), "batches": [BATCH]}
    assert "unsuspend-all" in links("clients/services.html", "services.manage", items=items)
    assert "unsuspend-all" not in links("clients/services.html", items=items)
    page = draw("clients/services.html", items=items)
    assert "Suspend All Services stopped 2 services" in page and "It still holds 1." in page


def test_domains_and_billing_are_edited_by_who_may():
    assert {"new", "edit", "status"} <= set(links("clients/domains.html", "domains.manage"))
    assert links("clients/domains.html", "domains.manage", items=answer({**DOMAIN, "moves": []})) == ["new"]
    assert links("clients/domains.html") == []
    assert "/billing/edit" in seen_by("clients/overview.html", "clients.edit")
    assert "/billing/edit" not in seen_by("clients/overview.html")


def test_a_form_for_another_list_says_so_and_sends_the_new_one():
    page = draw("clients/suspend_all.html", seen="v0")
    assert "The list has changed since you opened it." in page
    assert 'name="version" value="v1"' in page and "Suspend 1 service<" in page
    assert "The list has changed" not in draw("clients/suspend_all.html", seen="v1")


def test_a_long_list_to_confirm_names_its_first_and_counts_the_rest():
    listed = {"data": [SERVICE], "version": "v1", "counts": {"active": 10_000, "suspended": 0, "pending": 0}}
    page = draw("clients/suspend_all.html", listed=listed)
    assert "and 9,999 more" in page and "Suspend 10,000 services" in page and "suspend 10000" in page
    assert "more</li>" not in draw("clients/suspend_all.html")
    batch = {**BATCH, "suspended": 10_000, "held": 9_000, "services": [SERVICE]}
    back = draw("clients/unsuspend_all.html", batch=batch)
    assert "and 8,999 more" in back and "Unsuspend 9,000 services" in back


@pytest.mark.parametrize("move", ["activate", "suspend", "unsuspend", "cancel", "terminate"])
def test_each_form_of_a_service_names_its_number_price_and_next_due_day(move):
    form = draw("clients/service_move.html", move=move, service={**SERVICE, "next_due_date": "2026-12-04"})
    assert "<b>SVC-01234</b>" in form and "£62.00 semi-annual" in form and "4 Dec 2026" in form
    assert ("Type <b><bdi>SVC-01234</bdi></b> to confirm" in form) == (move == "terminate")


def test_two_equal_services_are_told_apart_on_their_rows():
    twin = {**SERVICE, "id": "v2", "number": "SVC-01235"}
    page = draw("clients/services.html", items=answer(SERVICE, twin))
    for one in (SERVICE, twin):
        assert f'href="/admin/clients/c1/services/{one["id"]}"' in page and one["number"] in page
        assert f'aria-label="Terminate {one["product"]}, {one["number"]}"' in page


@pytest.mark.parametrize("status", OFFERED)
def test_the_page_of_a_service_offers_the_same(status):
    service = {**SERVICE_RECORD, "status": status}
    for permission, offered in OFFERED[status].items():
        assert links("clients/service.html", permission, service=service) == offered, permission


def test_the_page_of_a_service_tells_what_stopped_it_what_billed_it_and_who_may_not_see_it_is_not_told():
    page = draw("clients/service.html")
    assert "Suspended 22 Nov 2026, 16:05 UTC by <bdi>Mara</bdi>" in page and "<bdi>Asked to pause</bdi>" in page
    assert 'href="/admin/clients/c1/invoices/i1">INV-04388' in page and ">ORD-01187</a>" in page
    assert "/activity?entity=v1" in page
    hidden = draw("clients/service.html", service={**SERVICE_RECORD, "order": None, "invoices": None})
    assert "Invoices of this service" not in hidden and "ORD-" not in hidden
    unknown = draw("clients/service.html", service={**SERVICE_RECORD, "status": "cancelled", "stopped": None})
    assert "<b>Cancelled</b>" in unknown
    assert "Temporarily unavailable" in draw("clients/service.html", history=None)


def test_a_contact_who_sees_no_invoices_sees_no_price_of_a_service():
    shown = draw("portal/service.html")
    assert "INV-04388" in shown and "£62.00" in shown
    bare = {name: value for name, value in PORTAL_SERVICE.items() if name not in ("price", "invoices")}
    hidden = draw("portal/service.html", service=bare)
    assert "SVC-01234" in hidden and "£" not in hidden and "Invoices of this service" not in hidden
