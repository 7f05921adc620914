"""Every route of the portal, asked by each role about its own, another client's and nobody's; the route table names
them."""

import re
import uuid

import pytest
import requests

from chassis.permissions import Access, Portal
from chassis.settings import Settings
from chassis.testing.plugin import wait_until
from gateway.http.routing import ADMIN, PORTAL, ROUTES, Route
from gateway.server.application import Application
from tests.support.impersonation import Support
from tests.support.permission_table import portal_permissions_by_role
from tests.support.portal_session import Person
from tests.support.staff_session import make_staff
from tests.support.unrefused_writes import watch_writes

Application(Settings(development=True))

EUR = "EUR"
HIDDEN = (
    "HIDDEN-DRAFT",
    "HIDDEN-NOTE",
    "HIDDEN-STICKY",
    "HIDDEN-REASON",
    "HIDDEN-REGISTRAR",
    "HIDDEN-CREDIT",
    "admin@example.com",
)
ROLES = {role: held for role, held in portal_permissions_by_role().items() if role != "impersonator"}
WITH_ID = {"invoice_id", "order_id", "domain_id", "ticket_id"}


def names_in(route: Route) -> set[str]:
    return set(re.findall(r"<(\w+)>", route.path))


GUARDED = [route for route in ROUTES if route.origin == PORTAL and isinstance(route.access, Portal)]
ELSEWHERE = [route for route in ROUTES if route.origin == ADMIN and route.access is not Access.PUBLIC]
ABOUT_ONE = [route for route in GUARDED if names_in(route) and names_in(route) <= WITH_ID]


def named(routes: list[Route]):
    return pytest.mark.parametrize("route", routes, ids=[f"{route.method} {route.path}" for route in routes])


class Account:
    """A client with one of everything, and what staff keep to themselves beside it."""

    def __init__(self, system, product: str):
        self.system, self.client = (
            system,
            system.new_client(company=f"Isolated {uuid.uuid4().hex[:8]} Ltd", currency=EUR),
        )
        self.path = f"/clients/{self.client['id']}"
        self.people: dict[str, tuple[Person, str]] = {}
        name = f"{uuid.uuid4().hex[:12]}.example"
        self._made("/notes", {"body": "HIDDEN-STICKY", "sticky": True})
        self._made("/credits", {"amount": {"amount": "5.00", "currency": EUR}, "description": "HIDDEN-CREDIT"})
        draft = self._made("/invoices", {"lines": [line("HIDDEN-DRAFT")], "publish": False, "apply_credit": False})
        invoice = self._made("/invoices", {"lines": [line("Hosting")], "publish": True, "apply_credit": False})
        order = self._made("/orders", {"items": [{"product_id": product, "billing_cycle": "monthly", "domain": name}]})
        domain = self._made(
            "/domains",
            {
                "name": f"own-{name}",
                "kind": "existing",
                "registrar": "HIDDEN-REGISTRAR",
                "auto_renew": True,
                "nameservers": ["ns1.example.com", "ns2.example.com"],
            },
        )
        ticket = self._made("/tickets", {"subject": "Question", "body": "Hello"})
        self._made(f"/tickets/{ticket['id']}/replies", {"body": "HIDDEN-NOTE", "internal": True})
        self._made(f"/orders/{order['id']}/approve", {})
        service = system.get(f"{self.path}/services").json()["data"][0]["id"]
        self._made(f"/services/{service}/suspend", {"reason": "HIDDEN-REASON"})
        self.ids = {
            "invoice_id": invoice["id"],
            "order_id": order["id"],
            "domain_id": domain["id"],
            "ticket_id": ticket["id"],
        }
        self.draft = draft["id"]

    def _made(self, below: str, body: dict) -> dict:
        answer = self.system.post(self.path + below, body)
        assert answer.status_code in (200, 201), (below, answer.text)
        return answer.json()

    def person(self, role: str) -> Person:
        """A contact of that role, in the portal."""
        return self.signed_in(role)[0]

    def signed_in(self, role: str) -> tuple[Person, str]:
        """That contact, and the token of their forms."""
        if role not in self.people:
            email = self.client["profile"]["email"]
            if role != "owner":
                email = f"{role}-{uuid.uuid4().hex[:10]}@example.com"
                person = {"first_name": role, "last_name": "Contact", "email": email, "role": role}
                contact = self._made("/contacts", person)
                if contact["portal_access"] == "waits_for_confirmation":
                    self._made(f"/contacts/{contact['id']}/confirm", {})
            person = Person(self.system).enter(email)
            self.people[role] = (person, person.csrf_token())
        return self.people[role]


def line(description: str) -> dict:
    return {"description": description, "quantity": "1", "unit_price": "12.00", "tax_rate": "20"}


@pytest.fixture(scope="module")
def accounts(system) -> tuple[Account, Account]:
    """Two clients that have nothing to do with each other: mine, and the other one."""
    product = system.post(
        "/products",
        {
            "name": f"Isolated {uuid.uuid4().hex[:8]}",
            "tax_rate": "20",
            "prices": [{"billing_cycle": "monthly", "currency": EUR, "amount": "24.00"}],
        },
    )
    assert product.status_code == 201, product.text
    return Account(system, product.json()["id"]), Account(system, product.json()["id"])


def filled(route: Route, ids: dict[str, str]) -> str:
    """The route's path with these ids in it; whatever else it names does not exist."""
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", route.path)
    return re.sub(r"<(\w+)>", lambda found: ids.get(found[1], str(uuid.uuid4())), path)


def request_route(who: tuple[Person, str], route: Route, ids: dict[str, str]) -> requests.Response:
    """One request to the route, well formed; a form carries a key of its own and nothing else."""
    (person, token), path = who, filled(route, ids)

    def answer() -> list[requests.Response]:
        got = (
            person.get(path)
            if route.method == "GET"
            else person.post(path, csrf_token=token, idempotency_key=uuid.uuid4().hex)
        )
        return [] if got.status_code == 503 else [got]

    return wait_until(answer, f"{path} to be answered in time")[0]


def answer_parts(answer: requests.Response) -> tuple:
    """An answer without what is fresh in each: the request's id."""
    return answer.status_code, re.sub(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "REQUEST", answer.text
    )


@named(ABOUT_ONE)
def test_what_is_foreign_or_malformed_is_answered_like_what_does_not_exist(accounts, route):
    mine, other = accounts
    person = mine.signed_in("owner")
    absent = answer_parts(request_route(person, route, dict.fromkeys(WITH_ID, str(uuid.uuid4()))))
    assert absent[0] == 404
    for ids in (other.ids, dict.fromkeys(WITH_ID, "not-an-id"), dict.fromkeys(WITH_ID, mine.client["id"])):
        assert answer_parts(request_route(person, route, ids)) == absent
    if "invoice_id" in names_in(route):
        assert answer_parts(request_route(person, route, {"invoice_id": mine.draft})) == absent
    if route.method == "GET":
        assert request_route(person, route, mine.ids).status_code == 200


@pytest.fixture(scope="module")
def impersonator(system, accounts) -> tuple[Support, str]:
    """A staff member who is logged in as my client, and the token of their forms."""
    mine, _ = accounts
    support = Support(system, make_staff(system, "admin")).impersonation(mine.client["id"])
    return support, support.csrf_token()


@named(ELSEWHERE)
def test_no_route_of_the_admin_opens_to_who_is_in_the_portal(system, accounts, impersonator, route):
    path, key = filled(route, {"client_id": accounts[0].client["id"]}), {"Idempotency-Key": uuid.uuid4().hex}
    owner, impersonation = accounts[0].person("owner").cookie(), impersonator[0].cookie("commerce-impersonation")
    for cookies in (
        {"commerce-portal": owner, "commerce-impersonation": impersonation},
        {"commerce-admin": owner},
        {"commerce-admin": impersonation},
    ):
        answer = requests.request(
            route.method, system.origin + path, cookies=cookies, headers=key, timeout=30, allow_redirects=False
        )
        shut = answer.status_code in (401, 403) or answer.headers.get("Location", "").startswith("/admin/login")
        assert shut, (cookies.keys(), answer.status_code)


@named(GUARDED)
def test_a_route_answers_an_impersonator_as_far_as_the_table_goes(accounts, impersonator, route, monkeypatch):
    taken = watch_writes(monkeypatch)
    held = str(route.access) in portal_permissions_by_role()["impersonator"]
    if not held or route.method == "GET":
        status = request_route(impersonator, route, accounts[0].ids).status_code
        assert (status != 403 and status < 500) if held else (status, taken) == (403, []), (status, taken)


@named(GUARDED)
def test_a_route_answers_each_role_as_far_as_the_role_goes(accounts, route, monkeypatch):
    taken = watch_writes(monkeypatch)
    mine, _ = accounts
    nobody = request_route((Person(mine.system), ""), route, mine.ids)
    assert (nobody.status_code, nobody.headers["Location"][:13]) == (303, "/client/login")
    for role, held in ROLES.items():
        if str(route.access) in held and route.method != "GET":
            continue  # what a form does when it may is tried where it is meant
        who = mine.signed_in(role)
        taken.clear()
        status = request_route(who, route, mine.ids).status_code
        assert (status != 403 and status < 500) if str(route.access) in held else (status, taken) == (403, []), role


def test_what_is_for_staff_alone_is_on_no_page_of_the_portal(accounts):
    mine, other = accounts
    person, token = mine.signed_in("owner")
    pages = [
        request_route((person, token), route, mine.ids)
        for route in GUARDED
        if route.method == "GET" and names_in(route) <= WITH_ID
    ]
    shown = [page.text for page in pages if page.headers["Content-Type"].startswith("text/html")]
    assert len(shown) >= 12
    for text in shown:
        assert not any(secret in text for secret in HIDDEN), re.findall(r"<title>[^<]*", text)
        assert other.client["profile"]["company"] not in text
    assert '>All<span class="n">2</span>' in person.get("/client/invoices").text


def test_a_role_is_shown_only_the_way_to_what_it_may_see(accounts):
    mine, _ = accounts
    links = {role: set(re.findall(r'href="(/[a-z/]+)"', mine.person(role).get("/dashboard").text)) for role in ROLES}
    assert {"/client/services", "/client/domains", "/client/orders", "/client/tickets", "/store"} & links[
        "billing"
    ] == set()
    assert "/client/invoices" in links["billing"]
    assert {"/client/invoices", "/client/orders", "/store"} & links["technical"] == set()
    assert {"/client/services", "/client/domains", "/client/tickets"} <= links["technical"]
    for path in ("/dashboard", "/client/services"):
        assert "€" not in mine.person("technical").get(path).text
        assert "€" in mine.person("owner").get(path).text


def test_of_a_client_that_is_not_active_only_the_limited_page_is_left(system):
    client = system.new_client()
    person = Person(system).enter(client["profile"]["email"])
    assert (
        system.post(f"/clients/{client['id']}/status", {"status": "suspended", "reason": "Unpaid"}).status_code == 200
    )
    page = Person(system).enter(client["profile"]["email"])
    shown = page.get("/dashboard")
    assert shown.status_code == 200 and "This account is suspended" in shown.text and "Unpaid" not in shown.text
    for path in ("/client/invoices", "/client/services", "/client/tickets", "/store"):
        assert page.get(path).status_code == 403
    assert person.get("/client/invoices").status_code in (303, 403)


def test_what_a_contact_does_stands_in_the_clients_log_under_the_contacts_name(accounts):
    mine, _ = accounts
    person = mine.person("owner")
    ticket, invoice = mine.ids["ticket_id"], mine.ids["invoice_id"]
    assert (
        person.post(f"/client/tickets/{ticket}/reply", idempotency_key=uuid.uuid4().hex, body="Thanks").status_code
        == 303
    )
    assert person.post(f"/client/invoices/{invoice}/pay", idempotency_key=uuid.uuid4().hex).status_code == 303
    assert mine.system.get(f"{mine.path}/tickets/{ticket}").json()["status"] == "customer_reply"

    def logged() -> set[tuple]:
        rows = mine.system.get(f"{mine.path}/activity", params={"limit": 50}).json()["data"]
        return {(row["actor"]["kind"], row["actor"]["name"], re.sub(r"#?\d+$", "", row["action"])) for row in rows}

    wait_until(
        lambda: (
            {
                ("contact", "Ada Lovelace", "replied to ticket "),
                ("contact", "Ada Lovelace", "applied €5.00 credit to INV-"),
            }
            <= logged()
        ),
        "the log to tell both",
        seconds=20,
    )


def test_an_impersonator_orders_as_the_client_and_is_refused_to_pay_on_the_page_where_it_was_tried(system, accounts):
    _, mine = accounts
    support = Support(system, make_staff(system, "admin", name="Mara Lindqvist")).impersonation(mine.client["id"])
    token, invoice, key = support.csrf_token(), mine.ids["invoice_id"], uuid.uuid4().hex
    before = system.get(f"{mine.path}/orders").json()["page"]["total"]
    refused = support.post(f"/client/invoices/{invoice}/pay", csrf_token=token, idempotency_key=key)
    assert refused.status_code == 403 and f'action="/client/invoices/{invoice}/pay"' in refused.text
    assert "Paying is refused while you view the portal as a client." in refused.text
    product = re.search(r'name="pick\.([0-9a-f-]{36})"', support.get("/store").text)[1]
    bought = {
        "rows": "1",
        "product.0": product,
        "cycle.0": "monthly",
        "domain.0": "",
        "place": "1",
        "idempotency_key": key,
    }
    paying = support.post("/store", csrf_token=token, credit="true", **bought)
    assert paying.status_code == 403 and "The order itself is allowed" in paying.text and product in paying.text
    assert system.get(f"{mine.path}/orders").json()["page"]["total"] == before
    assert support.post("/store", csrf_token=token, **bought).status_code == 303
    order = system.get(f"{mine.path}/orders").json()["data"][0]
    assert (order["placed_by"]["name"], order["placed_by"]["acting_as"]["name"]) == ("Mara Lindqvist", "Ada Lovelace")
    shown = mine.person("owner").get(f"/client/orders/{order['id']}").text
    assert "Support, for you" in shown and "Mara" not in shown

    def entries() -> list[dict]:
        rows = system.get(f"{mine.path}/activity", params={"limit": 100}).json()["data"]
        return [row for row in rows if row["acting_as"] and row["actor"]["name"] == "Mara Lindqvist"]

    def all_logged() -> bool:
        logged = [row["action"].split(",")[0] for row in entries()]
        return sum("was refused" in one for one in logged) == 2 and f"placed {order['number']}" in logged

    wait_until(all_logged, "the log to tell all", seconds=30)
    page = re.sub(r"</?a\b[^>]*>", "", support.admin.get(f"/admin/clients/{mine.client['id']}/activity").text)
    entry = next(part for part in page.split("<li")[1:] if f"placed {order['number']}" in part)
    assert 'class="imp' in entry and "Mara Lindqvist</bdi></b> as <bdi>Ada Lovelace" in " ".join(entry.split())
