"""The RPCs of one request: a form that is carried out asks for no more than it needs, and nobody is asked who it is."""

import re
import uuid
from collections import defaultdict

import pytest

from chassis.rpc.client import Calls
from tests.support.portal_session import Person
from tests.support.staff_session import StaffBrowser, make_staff

EUR = "EUR"


@pytest.fixture
def rpcs_of(monkeypatch):
    """`rpcs_of(response)`: the RPCs of its request, those that services made for it among them, in order."""
    published, publish = defaultdict(list), Calls._publish

    def spy(self, caller, target, *details):
        published[caller.request_id].append(target)
        return publish(self, caller, target, *details)

    monkeypatch.setattr(Calls, "_publish", spy)
    return lambda response: published[response.headers["X-Request-Id"]]


@pytest.fixture(scope="module")
def staff(system) -> StaffBrowser:
    """The browser of a signed-in admin."""
    browser = StaffBrowser(system.origin)
    browser.sign_in(make_staff(system, "admin")["email"])
    return browser


@pytest.fixture(scope="module")
def client(system) -> dict:
    """A client with an active service, which the forms are about."""
    client = system.new_client(currency=EUR)
    order = system.post(f"/clients/{client['id']}/orders", {"items": [item(system)]}).json()
    assert system.post(f"/clients/{client['id']}/orders/{order['id']}/approve", {}).status_code == 200
    for service in system.get(f"/clients/{client['id']}/services").json()["data"]:
        system.post(f"/clients/{client['id']}/services/{service['id']}/activate", {"reason": "Set up"})
    return client


def item(system) -> dict:
    """An order's item, of a product made for it."""
    price = {"billing_cycle": "monthly", "currency": EUR, "amount": "24.00"}
    product = {"name": f"Counted {uuid.uuid4().hex[:8]}", "tax_rate": "20", "prices": [price]}
    return {"product_id": system.post("/products", product).json()["id"], "billing_cycle": "monthly"}


def test_adding_credit(staff, client, rpcs_of):
    path = f"/admin/clients/{client['id']}/credits/new"
    answer = staff.send(path, amount="5.00", currency=EUR, description="Goodwill")
    assert answer.status_code == 303
    assert rpcs_of(answer) == ["clients.check_client", "billing.add_credit"]


def test_placing_an_order(system, staff, client, rpcs_of):
    wanted = item(system)
    path = f"/admin/clients/{client['id']}/orders/new"
    answer = staff.send(path, rows="1", **{"product.0": wanted["product_id"], "cycle.0": "monthly", "domain.0": ""})
    assert answer.status_code == 303
    assert rpcs_of(answer) == ["clients.check_client", "billing.place_order", "clients.clients_for_billing"]


def test_editing_a_client(staff, client, rpcs_of):
    path = f"/admin/clients/{client['id']}/edit"
    inputs = re.findall(r"<input\b[^>]*>", staff.get(path).text)
    form = dict(found.groups() for one in inputs if (found := re.search(r'name="(\w+)"[^>]*\svalue="([^"]*)"', one)))
    answer = staff.send(path, **{**form, "city": "Bristol", **staff.hidden(path)})
    assert answer.status_code == 303
    assert rpcs_of(answer) == ["clients.check_client", "clients.update_client"]


def test_suspending_all_services(staff, client, rpcs_of):
    path = f"/admin/clients/{client['id']}/services/suspend-all"
    seen = dict(re.findall(r'name="(version|number)" value="(\w+)"', staff.get(path).text))
    answer = staff.send(path, **seen, reason="Abuse", confirm=f"suspend {seen['number']}")
    assert answer.status_code == 303
    assert rpcs_of(answer) == ["clients.check_client", "billing.suspend_all_subscriptions"]


def test_saving_ones_own_name(staff, rpcs_of):
    answer = staff.send("/admin/profile/name", "/admin/profile", name="Ada Counted")
    assert answer.status_code == 303
    assert rpcs_of(answer) == ["clients.rename_me"]


def test_saving_ones_own_profile_in_the_portal(system, client, rpcs_of):
    person = Person(system).enter(client["profile"]["email"])
    form = {"first_name": "Ada", "last_name": "Byron", "phone": "", "idempotency_key": uuid.uuid4().hex}
    answer = person.post("/client/profile/person", **form)
    assert answer.status_code == 303
    assert rpcs_of(answer) == ["clients.portal_person", "clients.update_portal_person"]


def test_the_list_is_one_call_and_two_more_for_who_has_just_written(system, staff, client, rpcs_of):
    reader = StaffBrowser(system.origin)
    reader.sign_in(make_staff(system, "admin")["email"])
    assert rpcs_of(reader.get("/admin/clients")) == ["clients.open_client_list"]
    assert rpcs_of(system.get("/clients")) == ["clients.list_clients"]
    path = f"/admin/clients/{client['id']}/credits/new"
    staff.send(path, amount="5.00", currency=EUR, description="Goodwill")
    assert rpcs_of(staff.get("/admin/clients")) == ["clients.me", "billing.totals_for", "clients.open_client_list"]


def test_a_refused_form_fetches_what_it_shows(staff, client, rpcs_of):
    path = f"/admin/clients/{client['id']}/credits/new"
    answer = staff.send(path, amount="none", currency=EUR, description="Goodwill")
    assert answer.status_code == 422 and 'value="none"' in answer.text
    assert rpcs_of(answer)[:2] == ["clients.check_client", "billing.add_credit"]
    assert set(rpcs_of(answer)[2:]) == {
        "billing.get_billing",
        "billing.totals_for",
        "billing.list_invoices",
        "clients.get_client",
    }


OWNERS = {"billing", "support", "audit"}


@pytest.mark.parametrize(
    "tab", ["", "/services", "/invoices", "/orders", "/domains", "/credits", "/tickets", "/contacts"]
)
def test_a_page_of_the_record_asks_each_service_once(staff, client, rpcs_of, tab):
    answer = staff.get(f"/admin/clients/{client['id']}{tab}")
    assert answer.status_code == 200
    first, *others = rpcs_of(answer)
    own = ["clients"] if tab == "/contacts" else []
    assert first == "clients.get_client"
    assert sorted(rpc.partition(".")[0] for rpc in others) == sorted([*OWNERS, *own])


def test_the_record_of_the_api_asks_each_service_once(system, client, rpcs_of):
    answer = system.get(f"/clients/{client['id']}")
    assert sorted(rpcs_of(answer)) == ["billing.get_billing", "clients.get_client", "support.get_overview"]


@pytest.mark.parametrize("tab", ["services", "invoices", "orders", "domains", "credits", "tickets"])
def test_a_list_of_the_api_asks_of_the_client_whether_it_exists(system, client, rpcs_of, tab):
    first, _ = rpcs_of(system.get(f"/clients/{client['id']}/{tab}"))
    assert first == "clients.check_client"
