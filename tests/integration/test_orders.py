"""Products and orders as a program meets them: routes, keys, ETags, what is refused, and the log of it."""

import uuid

import pytest

from chassis.testing.plugin import wait_until

MONTHLY = {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}


@pytest.fixture
def product(system) -> dict:
    """A product at 24.00 EUR a month, taxed at 20 percent."""
    answer = system.post(
        "/products", {"name": f"Hosting {uuid.uuid4().hex[:8]}", "tax_rate": "20", "prices": [MONTHLY]}
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def patch(system, path: str, body: dict, etag: str | None = None):
    return system.request("PATCH", f"/api/v1{path}", json=body, headers={"If-Match": etag} if etag else {})


def key() -> dict:
    return {"Idempotency-Key": uuid.uuid4().hex}


def order_of(system, client: dict, product: dict, **options):
    body = {"items": [{"product_id": product["id"], "billing_cycle": "monthly", **options}]}
    return system.post(f"/clients/{client['id']}/orders", body, headers=key())


def test_a_product_is_made_read_and_changed_with_its_etag(system, product):
    path = f"/products/{product['id']}"
    read = system.get(path)
    assert read.json() == product and read.headers["ETag"] == '"1"' and "version" not in product
    assert product["id"] in [one["id"] for one in system.get("/products", params={"limit": 100}).json()["data"]]
    assert patch(system, path, {"retired": True}).status_code == 428
    changed = patch(system, path, {"retired": True}, '"1"')
    assert (changed.status_code, changed.json()["retired"], changed.headers["ETag"]) == (200, True, '"2"')
    assert patch(system, path, {"retired": False}, '"1"').status_code == 412
    refused = system.post("/products", {"name": product["name"], "prices": [MONTHLY]})
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate")


def test_an_order_is_placed_paid_and_active_and_logged(system, product):
    client = system.new_client()
    placed = order_of(system, client, product, domain=f"{uuid.uuid4().hex[:12]}.example")
    assert placed.status_code == 201, placed.text
    order, path = placed.json(), f"/clients/{client['id']}"
    assert placed.headers["Location"] == f"/api/v1{path}/orders/{order['id']}"
    assert system.get(f"{path}/orders/{order['id']}").json() == order
    assert order["total"] == {"amount": "28.80", "currency": "EUR"} and order["placed_by"]["name"] == "Ada Admin"
    record = system.get(path).json()
    assert record["summary"]["outstanding"] == order["total"] and record["counts"]["orders"] == 1
    paid = system.post(
        f"{path}/invoices/{order['invoice_id']}/payments",
        {"amount": order["total"], "date": "2026-11-22", "gateway": "bank", "reference": "T-1"},
        headers=key(),
    )
    assert paid.status_code in (200, 201), paid.text
    assert system.get(f"{path}/orders/{order['id']}").json()["status"] == "active"
    assert system.get(path).json()["summary"]["active_services"] == 1
    assert [one["status"] for one in system.get(f"{path}/domains").json()["data"]] == ["active"]

    def logged() -> list[str]:
        return [entry["type"] for entry in system.get(f"{path}/activity?limit=50").json()["data"]]

    wait_until(lambda: "domain.status_changed.v1" in logged(), "the log to tell what the payment set off")
    assert sorted(logged()) == sorted(
        [
            "client.created.v1",
            "billing_account.opened.v1",
            "order.placed.v1",
            "subscription.created.v1",
            "domain.added.v1",
            "invoice.published.v1",
            "payment.recorded.v1",
            "invoice.paid.v1",
            "order.approved.v1",
            "subscription.activated.v1",
            "domain.status_changed.v1",
        ]
    )


@pytest.mark.parametrize(
    ("action", "status"), [("approve", "active"), ("cancel", "cancelled"), ("mark-fraud", "fraud")]
)
def test_a_pending_order_is_settled_once(system, product, action, status):
    client = system.new_client()
    path = f"/clients/{client['id']}/orders/{order_of(system, client, product).json()['id']}"
    done = system.post(f"{path}/{action}", {})
    assert (done.status_code, done.json()["status"]) == (200, status)
    again = system.post(f"{path}/{action}", {})
    assert (again.status_code, again.json()["code"]) == (409, "invalid-state")
    assert [row["id"] for row in system.get(f"/clients/{client['id']}/orders?status={status}").json()["data"]] == [
        done.json()["id"]
    ]


def test_placing_needs_a_key_and_one_key_places_one_order(system, product):
    client = system.new_client()
    body, path = (
        {"items": [{"product_id": product["id"], "billing_cycle": "monthly"}]},
        f"/clients/{client['id']}/orders",
    )
    refused = system.post(path, body, headers={"Idempotency-Key": None})
    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-required")
    once = key()
    assert system.post(path, body, headers=once).json() == system.post(path, body, headers=once).json()
    assert system.get(path).json()["page"]["total"] == 1


def test_what_cannot_be_ordered_is_named_and_a_foreign_order_is_not_found(system, product):
    client, other = system.new_client(currency="USD"), system.new_client()
    refused = order_of(system, client, product)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/items/0/product_id")
    assert order_of(system, other, product, price="1.00").json()["code"] == "unknown-field"
    order = order_of(system, other, product).json()
    for path in (f"/clients/{client['id']}/orders/{order['id']}", f"/clients/{other['id']}/orders/nonsense"):
        assert system.get(path).status_code == 404
        assert system.post(f"{path}/approve", {}).status_code == 404
    assert system.get(f"/clients/{other['id']}/orders?status=new").status_code == 422
