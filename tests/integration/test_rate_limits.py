"""Rate limits over HTTP: 429 with when to come back and a line in the log; a form keeps what was typed."""

import re
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


def test_each_answer_of_the_api_says_what_is_left(system, limits):
    limits("requests-of-token", 1000)
    limits("writes-of-token", 300)
    tag = {"name": uuid.uuid4().hex[:12], "colour": "#336699"}
    answers = [system.get("/me"), system.get("/nothing"), system.post("/tags", tag), system.post("/tags", {})]
    assert [answer.status_code for answer in answers] == [200, 404, 201, 422]
    policy = '"requests-of-token";q=1000;w=60, "writes-of-token";q=300;w=60'
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {policy}
    left = [re.findall(r'"([a-z-]+)";r=(\d+);t=(\d+)', answer.headers["RateLimit"]) for answer in answers]
    assert all([name for name, _, _ in one] == ["requests-of-token", "writes-of-token"] for one in left)
    assert all(0 < int(seconds) <= 60 for one in left for _, _, seconds in one)
    requests_left, writes_left = ([int(one[place][1]) for one in left] for place in (0, 1))
    assert requests_left[0] > requests_left[2] > requests_left[3] and writes_left[2] == writes_left[3] + 1
    assert system.get("/me").headers["RateLimit-Policy"] == policy
    anonymous = requests.get(f"{system.origin}/api/v1/me", timeout=30)
    assert anonymous.headers["RateLimit"].startswith('"requests-of-address";r=')
    assert "RateLimit" not in requests.get(f"{system.origin}/admin/login", timeout=30).headers


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
