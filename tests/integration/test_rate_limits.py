"""Rate limits over HTTP: 429 with when to come back and a line in the log; a form keeps what was typed."""

import uuid

import pytest
import requests
from structlog.testing import capture_logs

from chassis import rate_limits
from tests.support.portal_session import Person


@pytest.fixture
def limits(monkeypatch):
    """`limits(name, most)`: change a limit of this process for the test."""
    return lambda name, most: monkeypatch.setitem(rate_limits._most, name, most)


@pytest.fixture
def person(system) -> Person:
    """The owner of a client, in the portal."""
    email = f"{uuid.uuid4().hex}@example.com"
    system.new_client(company="Brightwater Ltd", email=email)
    return Person(system).enter(email)


def refusals(records: list[dict]) -> list[tuple]:
    return [(one["route"], one["status"], one["reason"]) for one in records if one["event"] == "request refused"]


def test_a_client_that_opened_many_tickets_reads_so_and_loses_nothing_of_the_next(limits, person):
    limits("tickets-of-client", 1)
    typed = {"subject": "Mail is down", "body": "Since noon.", "department": ""}
    assert person.post("/client/tickets/new", idempotency_key=uuid.uuid4().hex, **typed).status_code == 303
    with capture_logs() as records:
        refused = person.post("/client/tickets/new", idempotency_key=uuid.uuid4().hex, **typed)
    assert refused.status_code == 429 and 3000 < int(refused.headers["Retry-After"]) <= 3600
    assert "You have opened many tickets within an hour" in refused.text
    assert 'value="Mail is down"' in refused.text and "Since noon." in refused.text
    assert refusals(records) == [("/client/tickets/new", 429, "too-many-requests")]


def test_a_client_with_many_unpaid_orders_reads_so_in_the_store_and_keeps_the_order(system, limits, person):
    limits("unpaid-orders-of-client", 0)
    price = {"billing_cycle": "monthly", "currency": "EUR", "amount": "9.00"}
    sold = system.post("/products", {"name": "Sold " + uuid.uuid4().hex, "prices": [price], "tax_rate": "20"}).json()
    form = {"product.0": sold["id"], "cycle.0": "monthly", "rows": "1", "domain.0": "brightwater.example", "place": "1"}
    refused = person.post("/store", idempotency_key=uuid.uuid4().hex, **form)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    assert "Several of your orders wait for payment. Pay or cancel one first" in refused.text
    assert 'value="brightwater.example"' in refused.text


def test_a_token_has_so_many_requests_and_changes_a_minute(system, limits):
    limits("requests-of-token", 0)
    with capture_logs() as records:
        refused = system.get("/me")
    assert refused.status_code == 429 and 1 <= int(refused.headers["Retry-After"]) <= 60
    assert (refused.json()["code"], refused.json()["limit"]) == ("too-many-requests", "requests-of-token")
    assert refusals(records) == [("/api/v1/me", 429, "too-many-requests")]
    limits("requests-of-token", 10**9)
    limits("writes-of-token", 0)
    assert system.get("/me").status_code == 200
    assert system.post("/tags", {"name": uuid.uuid4().hex, "colour": "#336699"}).json()["limit"] == "writes-of-token"


def test_an_address_has_so_many_requests_without_a_credential(system, limits):
    limits("requests-of-address", 0)
    refused = requests.get(system.origin + "/admin/login", timeout=30)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    assert system.get("/me").status_code == 200


def test_only_who_may_log_in_as_the_client_is_given_an_invitations_link(system):
    path = f"/clients/{system.new_client()['id']}/contacts"
    contact = system.get(path).json()["data"][0]
    assert contact["portal_access"] == "not_invited"
    invited = system.post(f"{path}/{contact['id']}/invite")
    assert invited.json()["url"] and system.get(f"{path}/{contact['id']}").json()["portal_access"] == "invited"
