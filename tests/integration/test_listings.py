"""Lists over all clients, by the API and as pages: rows of several clients, who may see them, and owners that are away."""

import json
import re
import uuid

import pytest

from gateway.composition.listings import LISTINGS
from tests.support.one_of_each import make_everything
from tests.support.route_sampler import pointers
from tests.support.staff_session import StaffBrowser, make_staff

IDS = {
    "orders": "order_id",
    "invoices": "invoice_id",
    "services": "service_id",
    "domains": "domain_id",
    "tickets": "ticket_id",
}
EACH = pytest.mark.parametrize("slug", [one.slug for one in LISTINGS])


@pytest.fixture(scope="module")
def two(system) -> list[dict[str, str]]:
    """Two clients with one of everything."""
    return [make_everything(system) for _ in range(2)]


@pytest.fixture(scope="module")
def names(system, two) -> dict[str, str]:
    return {ids["client_id"]: system.get(f"/clients/{ids['client_id']}").json()["name"] for ids in two}


def found(system, slug: str, **query) -> dict:
    answer = system.get(f"/{slug}", params={"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def everywhere(system, slug: str, **query) -> list[dict]:
    """The rows of all pages: other tests leave some too."""
    page = found(system, slug, **query)
    rows = page["data"]
    while (after := page["page"]["next"]) is not None:
        page = found(system, slug, after=after, **query)
        rows += page["data"]
    return rows


@EACH
def test_rows_of_all_clients_name_theirs(system, two, names, slug):
    for ids in two:
        rows = found(system, slug, client=ids["client_id"])
        assert rows["data"] and rows["page"]["total"] == len(rows["data"]) and rows["unavailable"] == []
        of = {"id": ids["client_id"], "name": names[ids["client_id"]]}
        assert [row["client"] for row in rows["data"]] == [of] * len(rows["data"])
        assert slug not in IDS or ids[IDS[slug]] in {row["id"] for row in rows["data"]}
    assert {row["client"]["id"] for row in everywhere(system, slug)} >= names.keys()


@EACH
def test_a_row_is_what_the_client_s_own_list_shows(system, two, slug):
    if slug not in IDS:
        return
    ids = two[0]
    own = system.get(f"/clients/{ids['client_id']}/{slug}").json()["data"]
    by_id = {row["id"]: row for row in own}
    for row in found(system, slug, client=ids["client_id"])["data"]:
        shown = {name: value for name, value in row.items() if name != "client"}
        kept = by_id[row["id"]]
        parties = {"buyer", "seller"} if kept.get("document", "kept") is None else set()
        assert {name: kept[name] for name in shown if name not in parties} == {
            name: value for name, value in shown.items() if name not in parties
        }


@EACH
def test_a_client_s_name_finds_its_rows(system, two, names, slug):
    client_id, name = next(iter(names.items()))
    assert client_id in {row["client"]["id"] for row in everywhere(system, slug, q=name)}
    assert found(system, slug, q=name)["clients_left_out"] is False
    assert found(system, slug, q=f"nobody {uuid.uuid4().hex}")["data"] == []


@EACH
def test_all_that_is_wrong_with_the_filters_is_refused_at_once(system, slug):
    answer = system.get(f"/{slug}", params={"sort": "colour", "from": "soon", "limit": "0", "q": "ab"})
    assert answer.status_code == 422
    assert pointers(answer).keys() == {"/sort", "/from", "/limit", "/q"}
    assert system.get(f"/{slug}", params={"clients": "x"}).status_code == 422


@EACH
def test_a_list_needs_its_permission(system, slug):
    permission = str(next(one.permission for one in LISTINGS if one.slug == slug))
    staff = StaffBrowser(system.origin)
    staff.sign_in(make_staff(system, "support", permissions={permission: False})["email"])
    assert staff.get(f"/admin/{slug}").status_code == 403
    assert staff.get(f"/api/v1/{slug}").status_code == 403
    assert f'href="/admin/{slug}"' not in staff.get("/admin/clients").text


@EACH
def test_a_page_stands_with_its_rows_and_says_what_it_cannot_look_for(system, two, names, slug):
    staff = StaffBrowser(system.origin)
    staff.sign_in(make_staff(system, "admin")["email"])
    client_id, name = next(iter(names.items()))
    html = staff.get(f"/admin/{slug}?client={client_id}").text
    assert f'href="/admin/clients/{client_id}"' in html and name in html and "No " not in html.split("<main")[1][:200]
    refused = staff.get(f"/admin/{slug}?from=soon")
    assert (refused.status_code, "This cannot be looked for" in refused.text) == (422, True)


def test_what_waits_is_counted_for_the_sidebar(system, two):
    staff = StaffBrowser(system.origin)
    staff.sign_in(make_staff(system, "admin")["email"])
    marks = staff.get("/admin/waiting", headers={"HX-Request": "true"})
    assert marks.status_code == 200
    for slug in ("orders", "invoices", "domains", "tickets"):
        assert f'id="waiting-{slug}" hx-swap-oob="true"' in marks.text


@EACH
def test_the_views_of_a_list_that_are_ours_open_and_are_counted(system, two, slug):
    staff = StaffBrowser(system.origin)
    staff.sign_in(make_staff(system, "admin")["email"])
    ours = [view for view in system.get("/views", params={"list": slug}).json()["data"] if view["ours"]]
    assert len(ours) >= 2 and {view["list"] for view in ours} == {slug}
    for view in ours:
        page = staff.get(f"/admin/{slug}?view={view['id']}")
        assert page.status_code == 200 and "cannot be used" not in page.text
    counts = json.loads(staff.get(f"/admin/clients/views/counts?list={slug}").text)["data"]
    assert {count["id"] for count in counts} >= {view["id"] for view in ours}
    assert all(count["fault"] is None and count["total"] is not None for count in counts)


def test_a_list_s_view_is_saved_opened_changed_and_deleted_on_its_page(system, two):
    client_id, name = two[0]["client_id"], f"Paid {uuid.uuid4().hex[:8]}"
    staff = StaffBrowser(system.origin)
    staff.sign_in(make_staff(system, "admin")["email"])
    at, form = f"/admin/payments?client={client_id}&currency=EUR", "/admin/clients/views/new"
    asked = staff.get(f"{form}?list=payments&client={client_id}&currency=EUR&sort=amount").text
    assert 'value="currency = EUR"' in asked and "Who was chosen is not kept" in asked
    kept = {"list": "payments", "filter": "currency = EUR", "sort": "amount", "pinned": "true", "default": "true"}
    saved = staff.send(form, form_at=at, name=name, **kept)
    view = saved.headers["Location"]
    assert saved.status_code == 303 and view.startswith("/admin/payments?view=")
    opened = staff.get(view).text
    assert name in opened and re.search(r'name="filter"\s+value="currency = EUR"', opened)
    assert name in staff.get("/admin/payments").text and name not in staff.get("/admin/clients").text
    spoiled = staff.send(form, form_at=view, list="payments", update=view.rpartition("=")[2], filter="curency = EUR")
    assert spoiled.status_code == 303
    assert "cannot be used as it was saved" in staff.get(view).text
    deleted = staff.send(f"/admin/clients/views/{view.rpartition('=')[2]}/delete", form_at=view)
    assert (deleted.status_code, deleted.headers["Location"]) == (303, "/admin/payments")
    assert "This view is gone." in staff.get(view).text
    assert staff.get(f"{form}?list=products").status_code == 422
