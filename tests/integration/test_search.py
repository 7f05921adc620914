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


HAND = [
    *("+49 711 2842222", "0711/284 22 22", "+49 (0)711-2842222", "0049 711 2842222", "tel:+497112842222", "2842222"),
    *("O'Brien, Conan", "conan o’brien", "OBRIEN CONAN", "brien zoë", "zoe obrien"),
    *("DE 812.526.315", "de812526315", "812 526 315"),
    *("ann@second-{mark}.example", "Ann <ANN@second-{mark}.example>", "mailto:ann@second-{mark}.example"),
    *("Bücher {mark}", "bucher {mark}", "東京商会", "東京", "商会 東京"),
]


@pytest.fixture(scope="module")
def held(system) -> dict:
    """A client of whom people hold all sorts of things in their hand."""
    mark = uuid.uuid4().hex[:8]
    names = {"first_name": "Conan", "last_name": "O’Brien", "company": f"Bücher {mark} 東京 商会"}
    client = system.new_client(
        **names, phone="0711 2842222", country="DE", tax_id="DE 812.526.315", email=f"c@{mark}.example"
    )
    person = {"first_name": "Ann", "last_name": "Zoë", "email": f"ann@second-{mark}.example", "role": "billing"}
    path = f"/clients/{client['id']}"
    assert system.post(f"{path}/contacts", person).status_code == 201
    name = {
        "name": f"bücher-{mark}.example",
        "kind": "existing",
        "registrar": "R",
        "nameservers": ["ns1.a.example", "ns2.a.example"],
    }
    assert system.post(f"{path}/domains", name).status_code == 201
    return {"id": client["id"], "mark": mark}


@pytest.mark.parametrize("typed", HAND)
def test_the_list_and_the_search_find_a_client_by_what_people_hold_in_their_hand(system, held, typed):
    q = typed.format(mark=held["mark"])
    assert ("client", held["id"]) in hits(system.get("/search", params={"q": q, "kinds": "client", "limit": 100}))
    assert held["id"] in [row["id"] for row in system.get("/clients", params={"q": q, "limit": 100}).json()["data"]]


@pytest.mark.parametrize(
    "typed",
    [
        *("bücher-{mark}", "BÜCHER-{mark}.example", "bucher-{mark}", "https://www.bücher-{mark}.example/shop?a=1"),
        *("mail.bücher-{mark}.example", "Ann <ann@bücher-{mark}.example>", "{ascii}", "www.{ascii}", "büch"),
    ],
)
def test_a_domain_is_found_in_either_spelling_and_by_what_stands_below_it(system, held, typed):
    ascii_name = f"bücher-{held['mark']}".encode("idna").decode() + ".example"
    q = typed.format(mark=held["mark"], ascii=ascii_name)
    found = system.get("/search", params={"q": q, "kinds": "domain", "limit": 100}).json()["data"]
    assert f"bücher-{held['mark']}.example" in [hit["title"] for hit in found]


@pytest.fixture
def palette(system):
    """`palette(person, q)`: the palette's fragment for a signed-in person, once every service has answered in time."""

    def ask(person: StaffBrowser, q: str, **more) -> str:
        for _ in range(20):
            answer = person.http.get(
                f"{system.origin}/admin/palette", params={"q": q, **more}, headers={"HX-Request": "true"}, timeout=30
            )
            if answer.status_code != 503 and "did not answer" not in answer.text:
                break
        assert answer.status_code == 200 and "<html" not in answer.text, answer.text
        return answer.text

    return ask


def test_the_palette_leads_to_what_was_found_and_to_commands(system, ids, palette):
    browser = StaffBrowser(system.origin)
    browser.sign_in("admin@example.com", "correct horse battery staple")
    client = system.get(f"/clients/{ids['client_id']}").json()
    number = system.get(f"/clients/{ids['client_id']}/invoices/{ids['invoice_id']}").json()["number"]
    record = f"/admin/clients/{ids['client_id']}"
    found = palette(browser, number.lower())
    assert f'href="{record}/invoices/{ids["invoice_id"]}"' in found and f"<mark>{number}</mark>" in found
    assert f'href="{record}/invoices/new"' in palette(browser, f"new inv {client['profile']['email']}")
    before = palette(browser, " ", recent=f"{ids['client_id']},no-id,{uuid.uuid4()}")
    assert "Recently opened" in before and f'href="{record}"' in before and "New Client" in before
    assert f'href="{record}/credits/new"' in palette(browser, "", client=ids["client_id"])
    long = browser.get(f"/admin/palette?q={'x' * 101}")
    assert long.status_code == 422 and "100" in long.text
    assert "Nothing is called" in palette(browser, "%_' OR 1=1 --")


def test_the_palette_offers_nobody_what_he_may_not_read_or_do(system, ids, palette):
    email = f"{uuid.uuid4().hex}@example.com"
    make_staff(system, "support", email=email, permissions={"invoices.view": False, "clients.view": True})
    person = StaffBrowser(system.origin)
    person.sign_in(email)
    number = system.get(f"/clients/{ids['client_id']}/invoices/{ids['invoice_id']}").json()["number"]
    assert 'role="option"' not in palette(person, number)
    assert 'href="/admin/clients/new"' not in palette(person, "new client")
    assert "/invoices/new" not in palette(person, "", client=ids["client_id"])
    assert "Add Note" in palette(person, "add note")
    make_staff(system, "support", email=f"no-{email}", permissions={"clients.view": False})
    stranger = StaffBrowser(system.origin)
    stranger.sign_in(f"no-{email}")
    name = system.get(f"/clients/{ids['client_id']}").json()["name"]
    for asked in ({"q": name}, {"q": "", "recent": ids["client_id"], "client": ids["client_id"]}):
        answer = palette(stranger, **asked)
        assert name not in answer.replace(f"<bdi>{name}</bdi>", "") and ids["client_id"] not in answer
