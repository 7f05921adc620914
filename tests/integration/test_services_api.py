"""Services, domains and the billing account over HTTP; and what a provisioner receives of them on a queue of its own."""

import json
import re
import uuid

import pytest
from kombu import Connection, Queue, binding
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.events.relay import events_exchange
from chassis.testing.plugin import wait_until
from tests.support.staff_session import StaffBrowser, make_staff

MANY = 10_000
DOMAIN = {
    "name": "Bücher.example",
    "kind": "existing",
    "registrar": "Nominet",
    "auto_renew": True,
    "nameservers": ["ns1.example", "ns2.example"],
}


def with_services(system, *states: str) -> tuple[dict, list[str]]:
    """A new client with a service in each of `states`; the client and the services' ids."""
    client = system.new_client()
    engine = create_engine(driver_url(system.containers["billing"].config["settings"].database_url))
    wait_until(lambda: _account(engine, client["id"]), "the client's account")
    ids = [str(uuid.uuid4()) for _ in states]
    with engine.begin() as connection:
        ids and connection.execute(
            text(
                "INSERT INTO subscriptions (id, client_id, product, billing_cycle, currency, price_minor, status) "
                "VALUES (:id, :client, 'Cloud VPS 4', 'monthly', 'EUR', 1000, :status)"
            ),
            [{"id": one, "client": client["id"], "status": status} for one, status in zip(ids, states, strict=True)],
        )
    engine.dispose()
    return client, ids


def _account(engine, client_id: str) -> bool:
    with engine.connect() as connection:
        return (
            connection.scalar(text("SELECT count(*) FROM billing_accounts WHERE client_id = :id"), {"id": client_id})
            == 1
        )


def patch(system, path: str, body: dict, **headers) -> object:
    return system.request("PATCH", f"/api/v1{path}", json=body, headers=headers)


@pytest.fixture
def provisioner(system, shared_amqp_uri):
    """A queue bound to what provisioners listen to; `provisioner(client)` is what it holds of that client, as it
    grows."""
    received = []
    with Connection(shared_amqp_uri) as connection:
        bindings = [
            binding(events_exchange("billing"), routing_key=key) for key in ("subscription.#", "suspension_batch.#")
        ]
        queue = Queue(f"provisioner-{uuid.uuid4().hex}", bindings, exclusive=True)(connection.default_channel)
        queue.declare()

        def of(client: dict) -> list[dict]:
            while (message := queue.get(no_ack=True)) is not None:
                received.append(json.loads(message.body))
            return [event for event in received if event["subject"] == client["id"]]

        yield of
        queue.delete()


def test_suspend_all_and_back_is_published_once_for_each_service_and_once_for_the_batch(system, provisioner):
    client, (first, second, held) = with_services(system, "active", "active", "suspended")
    base = f"/clients/{client['id']}/services"
    answer = system.post(f"{base}/suspend-all", {"reason": "Unpaid invoices", "expected": [first, second]})
    assert answer.status_code == 200 and answer.json()["suspended"] == 2
    batch_id = answer.json()["batch_id"]
    back = system.post(f"{base}/unsuspend-all", {"batch_id": batch_id})
    assert (back.status_code, back.json()) == (200, {"unsuspended": 2, "batch_id": batch_id})
    received = wait_until(lambda: len(provisioner(client)) >= 6 and provisioner(client), "six events")
    assert [event["type"] for event in received] == [
        "subscription.suspended.v1",
        "subscription.suspended.v1",
        "suspension_batch.made.v1",
        "subscription.unsuspended.v1",
        "subscription.unsuspended.v1",
        "suspension_batch.undone.v1",
    ]
    assert {event["facts"]["entity"]["id"] for event in received[:2]} == {first, second}
    assert {event["facts"]["batch_id"] for event in received if event["type"].startswith("subscription")} == {batch_id}
    assert {row["id"]: row["status"] for row in system.get(base).json()["data"]} == {
        first: "active",
        second: "active",
        held: "suspended",
    }


def test_a_changed_list_is_a_409_that_has_the_list(system):
    client, (first, _) = with_services(system, "active", "active")
    answer = system.post(f"/clients/{client['id']}/services/suspend-all", {"reason": "Late", "expected": [first]})
    problem = answer.json()
    assert (answer.status_code, problem["code"], len(problem["services"])) == (409, "list-changed", 2)
    assert [row["status"] for row in system.get(f"/clients/{client['id']}/services").json()["data"]] == [
        "active",
        "active",
    ]


def test_ten_thousand_services_are_suspended_at_once(system):
    """A body that named each would have 370 KiB, and be refused with 413."""
    client, _ = with_services(system, *["active"] * MANY)
    staff = StaffBrowser(system.origin)
    staff.sign_in(make_staff(system, "admin")["email"])
    base = f"/admin/clients/{client['id']}/services"
    form = staff.get(f"{base}/suspend-all").text
    assert f"Suspend {MANY:,} services" in form and f"and {MANY - 100:,} more" in form and len(form) < 64 * 1024
    seen = dict(re.findall(r'name="(version|number)" value="(\w+)"', form))
    known = system.get(f"/clients/{client['id']}/services/suspend-all").json()
    assert set(known) == {"counts", "version"} and known["version"] == seen["version"]
    done = staff.send(f"{base}/suspend-all", **seen, reason="Abuse or security", confirm=f"suspend {MANY}")
    assert done.status_code == 303
    path = f"/clients/{client['id']}/services"
    listed = wait_until(lambda: "batches" in (one := system.get(path).json()) and one, "the list, while events go on")
    (batch,), suspended = listed["batches"], listed["counts"]["suspended"]
    assert suspended == MANY
    back = staff.get(f"{base}/unsuspend-all/{batch['id']}").text
    assert f"Unsuspend {MANY:,} services" in back and len(back) < 64 * 1024
    log = f"/clients/{client['id']}/activity?limit=1"
    wait_until(
        lambda: system.get(log).json().get("page", {}).get("total", 0) > MANY, "all of it in the log", seconds=120
    )


def test_another_version_is_a_409_that_has_the_one_of_now(system):
    client, _ = with_services(system, "active", "active")
    path = f"/clients/{client['id']}/services/suspend-all"
    problem = system.post(path, {"reason": "Late", "version": "0" * 64}).json()
    assert (problem["code"], len(problem["services"])) == ("list-changed", 2)
    assert problem["version"] == system.get(path).json()["version"]
    assert system.post(path, {"reason": "Late", "version": problem["version"]}).json()["suspended"] == 2


def test_a_service_is_shown_by_its_number_wherever_staff_meet_it(system):
    client = system.new_client(currency="EUR")
    price = {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}
    product = system.post("/products", {"name": "Twin server", "tax_rate": "20", "prices": [price]}).json()
    items = [{"product_id": product["id"], "billing_cycle": "monthly"}] * 2
    order = system.post(f"/clients/{client['id']}/orders", {"items": items}).json()
    one, twin = order["items"]
    assert one["service_number"] != twin["service_number"]
    path = f"/clients/{client['id']}/services/{one['service_id']}"
    service = system.get(path).json()
    assert (service["number"], service["order"]["number"]) == (one["service_number"], order["number"])
    (billed,) = service["invoices"]
    lines = system.get(f"/clients/{client['id']}/invoices/{billed['id']}").json()["lines"]
    assert [line["description"].rpartition(", ")[2] for line in lines] == [
        one["service_number"],
        twin["service_number"],
    ]
    system.post(f"{path}/activate", {"reason": "Set up"})
    found = system.get(f"/search?q={one['service_number']}").json()["data"]
    assert [(hit["kind"], hit["id"], hit["matched"]) for hit in found] == [("service", one["service_id"], "number")]
    sentence = f"activated {one['service_number']} Twin server: Set up"
    log = f"/clients/{client['id']}/activity?entity={one['service_id']}"
    entries = wait_until(lambda: len(found := system.get(log).json()["data"]) == 2 and found, "both entries")
    assert [entry["action"] for entry in entries] == [
        sentence,
        f"added the service {one['service_number']} Twin server",
    ]
    staff = StaffBrowser(system.origin)
    staff.sign_in(make_staff(system, "admin")["email"])
    page = staff.get(f"/admin{path}").text
    for shown in (one["service_number"], order["number"], billed["number"], "Set up", f"/admin{path}/suspend"):
        assert shown in page
    assert twin["service_number"] not in page
    assert staff.get(f"/admin/clients/{client['id']}/services/{uuid.uuid4()}").status_code == 404
    assert staff.get(f"/admin/clients/{system.new_client()['id']}/services/{one['service_id']}").status_code == 404


def test_suspend_all_asks_for_a_key_and_keeps_its_answer(system):
    client, _ = with_services(system, "active")
    path = f"/api/v1/clients/{client['id']}/services/suspend-all"
    missing = system.request("POST", path, json={"reason": "Late"})
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency-key-required")
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first, again = (system.request("POST", path, json={"reason": "Late"}, headers=key) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    other = system.request("POST", path, json={"reason": "Other"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-reuse")


def test_a_service_goes_through_its_states_and_each_wrong_step_is_a_409(system):
    client, (service,) = with_services(system, "pending")
    path = f"/clients/{client['id']}/services/{service}"
    for action, status in (
        ("activate", "active"),
        ("suspend", "suspended"),
        ("unsuspend", "active"),
        ("suspend", "suspended"),
        ("terminate", "terminated"),
    ):
        answer = system.post(f"{path}/{action}", {"reason": "As agreed"})
        assert (answer.status_code, answer.json()["status"]) == (200, status), action
    refused = system.post(f"{path}/cancel", {"reason": "As agreed"})
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-state")
    assert system.get(path).json()["status"] == "terminated"
    assert system.post(f"{path}/suspend", {}).json()["errors"][0]["pointer"] == "/reason"
    assert system.post(f"{path}/suspend", {"reason": "x", "client_id": client["id"]}).json()["code"] == "unknown-field"
    other = system.new_client()
    for one in (service, "nonsense"):
        assert system.post(f"/clients/{other['id']}/services/{one}/suspend", {"reason": "x"}).status_code == 404


def test_a_domain_is_added_edited_and_moved_and_its_name_is_taken(system):
    client, other = system.new_client(), system.new_client()
    name = f"bücher-{uuid.uuid4().hex[:8]}.example"
    made = system.post(f"/clients/{client['id']}/domains", {**DOMAIN, "name": name})
    assert (made.status_code, made.json()["name"], made.json()["status"]) == (201, name, "active")
    path = f"/clients/{client['id']}/domains/{made.json()['id']}"
    assert made.headers["Location"] == f"/api/v1{path}" and system.get(path).json() == made.json()
    taken = system.post(f"/clients/{other['id']}/domains", {**DOMAIN, "name": name.upper()})
    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/name")
    edited = patch(system, path, {"auto_renew": False})
    assert (edited.status_code, edited.json()["auto_renew"]) == (200, False)
    assert patch(system, path, {"name": "other.example"}).json()["code"] == "unknown-field"
    moved = system.post(f"{path}/status", {"status": "expired"})
    assert (moved.status_code, moved.json()["status"]) == (200, "expired")
    assert system.post(f"{path}/status", {"status": "pending"}).json()["code"] == "invalid-state"
    assert system.get(f"/clients/{other['id']}/domains/{made.json()['id']}").status_code == 404


def test_billing_has_an_etag_of_its_own(system):
    client = system.new_client(currency="EUR")
    path = f"/clients/{client['id']}/billing"
    tag = system.get(path).headers["ETag"]
    body = {"currency": "USD", "address": {"city": "Bristol", "country": "GB"}}
    missing = patch(system, path, body)
    assert (missing.status_code, missing.json()["code"]) == (428, "if-match-required")
    changed = patch(system, path, body, **{"If-Match": tag})
    assert changed.status_code == 200 and changed.json()["currency"] == "USD" and changed.headers["ETag"] == '"2"'
    assert changed.json()["address"]["city"] == "Bristol" and changed.json() == system.get(path).json()
    stale = patch(system, path, body, **{"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    wrong = patch(system, path, {"address": {"country": "ZZ"}}, **{"If-Match": '"2"'})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/address/country")
    assert system.get(f"/clients/{client['id']}").json()["billing"]["currency"] == "USD"


def test_a_locked_currency_is_a_409_that_names_it(system):
    client, _ = with_services(system)
    engine = create_engine(driver_url(system.containers["billing"].config["settings"].database_url))
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO invoices (id, client_id, status, currency, subtotal_minor, tax_minor, total_minor) "
                "VALUES (:id, :client, 'draft', 'EUR', 0, 0, 0)"
            ),
            {"id": uuid.uuid4(), "client": client["id"]},
        )
    engine.dispose()
    refused = patch(system, f"/clients/{client['id']}/billing", {"currency": "USD"}, **{"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-state")
    assert refused.json()["errors"][0]["pointer"] == "/currency"
