"""Who is offered what on services, domains and billing; and what a form shows that was sent for another list."""

import re

import pytest

from gateway.ui import render
from tests.support.pages.drawing import PAGES, draw, one_line
from tests.support.pages.samples import BATCH, DOMAIN, SERVICE, VIEWER, answer, frame

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
    page = draw("clients/suspend_all.html", seen=["gone"])
    assert "The list has changed since you opened it." in page
    assert f'name="expected" value="{SERVICE["id"]}"' in page and "Suspend 1 service<" in page
    assert "The list has changed" not in draw("clients/suspend_all.html", seen=[SERVICE["id"]])
    refused = draw("clients/suspend_all.html", refusal={"services": [{**SERVICE, "id": "new"}, SERVICE]})
    assert 'name="expected" value="new,' in refused and "Suspend 2 services" in refused
