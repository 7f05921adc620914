"""Search over the whole system: one question, each service's part, for whoever may view it."""

import uuid

import pytest
import requests

from tests.support.one_of_each import make_everything
from tests.support.route_sampler import pointers
from tests.support.staff_session import StaffBrowser, make_staff


@pytest.fixture(scope="module")
def ids(system) -> dict[str, str]:
    return make_everything(system)


def hits(answer: requests.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.json()["unavailable"] == []
    return [(hit["kind"], hit["id"]) for hit in answer.json()["data"]]


def test_each_kind_is_found_by_its_number_or_name_and_names_its_client(system, ids):
    path = f"/clients/{ids['client_id']}"
    client = system.get(path).json()
    ticket = system.get(f"{path}/tickets/{ids['ticket_id']}").json()
    numbers = {
        "invoice": ("invoice_id", system.get(f"{path}/invoices/{ids['invoice_id']}").json()["number"]),
        "order": ("order_id", system.get(f"{path}/orders/{ids['order_id']}").json()["number"]),
        "domain": ("domain_id", system.get(f"{path}/domains/{ids['domain_id']}").json()["name"]),
        "service": ("service_id", system.get(f"{path}/services").json()["data"][0]["product"]),
        "contact": ("contact_id", system.get(f"{path}/contacts/{ids['contact_id']}").json()["email"]),
        "client": ("client_id", client["profile"]["email"]),
        "ticket": ("ticket_id", f"#{ticket['number']}"),
    }
    for kind, (id_name, q) in numbers.items():
        answer = system.get("/search", params={"q": q, "limit": 100})
        assert (kind, ids[id_name]) in hits(answer), (kind, q)
        (hit,) = [one for one in answer.json()["data"] if (one["kind"], one["id"]) == (kind, ids[id_name])]
        assert hit["client_id"] == ids["client_id"] and hit.keys() >= {"title", "subtitle", "matched"}
        if kind not in ("client", "contact"):
            assert hit["subtitle"].startswith(client["name"] + " · "), hit
        only = hits(system.get("/search", params={"q": q, "kinds": kind}))
        assert {found for found, _ in only} == {kind}


@pytest.mark.parametrize(
    "query, parameter",
    [
        ("", "q"),
        ("q=ab", "q"),
        ("q=%E2%80%8B%E2%80%8B%E2%80%8B", "q"),
        ("q=%00%00%00", "q"),
        ("q=abc&kinds=invoice,payment", "kinds"),
        ("q=abc&limit=0", "limit"),
        ("q=abc&limit=101", "limit"),
        ("q=abc&sort=name", "sort"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_its_name(system, query, parameter):
    answer = system.get(f"/search?{query}")
    assert answer.status_code == 422 and set(pointers(answer)) == {f"/{parameter}"}, answer.text


def test_the_limit_is_shared_among_the_kinds(system, ids):
    mark = uuid.uuid4().hex[:8]
    for n in range(3):
        system.new_client(company=f"{mark} {n}", email=f"{n}@{mark}.example", last_name=mark)
    assert [kind for kind, _ in hits(system.get(f"/search?q={mark}&limit=3"))] == ["client", "client", "contact"]


def test_whoever_may_not_view_a_kind_is_told_of_none(system, ids):
    number = system.get(f"/clients/{ids['client_id']}/invoices/{ids['invoice_id']}").json()["number"]
    email = f"{uuid.uuid4().hex}@example.com"
    make_staff(system, "support", email=email, permissions={"invoices.view": False, "tickets.view": False})
    browser = StaffBrowser(system.origin)
    browser.sign_in(email)
    answer = browser.http.get(f"{system.origin}/api/v1/search?q={number}", timeout=30)
    assert hits(answer) == []
    assert ("invoice", ids["invoice_id"]) in hits(system.get(f"/search?q={number}"))
    page = browser.get("/admin/search?q=slow")
    assert page.status_code == 200 and ids["ticket_id"] not in page.text


def test_the_page_leads_to_what_was_found_and_says_what_it_cannot_look_for(system, ids):
    browser = StaffBrowser(system.origin)
    browser.sign_in("admin@example.com", "correct horse battery staple")
    number = system.get(f"/clients/{ids['client_id']}/invoices/{ids['invoice_id']}").json()["number"]
    page = browser.get(f"/admin/search?q={number}")
    assert f'href="/admin/clients/{ids["client_id"]}/invoices/{ids["invoice_id"]}"' in page.text
    assert 'id="everything"' in browser.get("/admin/search").text
    short = browser.get("/admin/search?q=ab")
    assert short.status_code == 422 and "Give 3 characters or a whole number." in short.text
    part = browser.get(f"/admin/search?q={number}", headers={"HX-Request": "true", "HX-Target": "everything-list"})
    assert 'role="option"' in part.text and "<html" not in part.text
