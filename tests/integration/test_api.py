"""The API as a program meets it: the whole system over HTTP."""

import uuid

import pytest
import requests

from chassis.testing.plugin import wait_until
from gateway.composition.record_tabs import TABS


def test_me_is_whoever_the_token_belongs_to(system):
    assert system.get("/me").json()["email"] == "admin@example.com"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}])
def test_without_a_good_token_every_api_answer_is_401(system, headers):
    answer = requests.get(f"{system.origin}/api/v1/clients", headers=headers, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unauthenticated"


def test_every_route_under_a_new_client_works_at_once(system):
    client = system.new_client()
    for path in ("", "/billing", "/tags", *(f"/{tab.slug}" for tab in TABS)):
        answer = system.get(f"/clients/{client['id']}{path}")
        assert answer.status_code == 200, (path, answer.text)
    assert client["summary"]["outstanding"] == {"amount": "0.00", "currency": "EUR"}
    assert client["billing"]["currency"] == "EUR"


def test_a_new_client_stands_in_its_log_and_in_the_list(system):
    client = system.new_client(company="Zebra Works")
    entries = wait_until(
        lambda: [
            e
            for e in system.get(f"/clients/{client['id']}/activity").json()["data"]
            if e["type"] == "client.created.v1"
        ],
        "the log entry of the new client",
    )
    assert len(entries) == 1
    assert entries[0]["actor"]["name"] == "Ada Admin"
    rows = system.get("/clients?q=zebra").json()["data"]
    assert client["id"] in [row["id"] for row in rows]


def test_the_same_key_gives_the_first_answer_again(system):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {"first_name": "Cy", "last_name": "Twice", "email": f"{uuid.uuid4().hex}@example.com", "currency": "USD"}
    first, again = system.post("/clients", body, headers=key), system.post("/clients", body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    other = system.post("/clients", {**body, "first_name": "Di"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-reuse")


def test_a_duplicate_email_is_refused_unless_it_is_meant(system):
    client = system.new_client()
    email = client["profile"]["email"].upper()
    body = {"first_name": "Bo", "last_name": "Second", "email": email, "currency": "EUR"}
    refused = system.post("/clients", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate")
    assert refused.json()["errors"][0]["pointer"] == "/email"
    assert system.post("/clients", {**body, "allow_duplicate_email": True}).status_code == 201


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("sort=shoe_size", "/sort"),
        ("colour=red", "/colour"),
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=x", "/limit"),
        ("status=happy", "/status"),
        ("group=nonsense", "/group"),
        ("after=AAAA", "/after"),
        ("q=a&q=b", "/q"),
        ("sort=tickets", "/sort"),
    ],
)
def test_an_unknown_filter_sort_or_parameter_is_a_422_that_names_it(system, query, pointer):
    answer = system.get(f"/clients?{query}")
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_all_faulty_fields_of_a_new_client_are_named_at_once(system):
    answer = system.post(
        "/clients", {"first_name": "", "email": "nonsense", "currency": "XXX", "is_admin": True, "country": "ZZ"}
    )
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "/first_name",
        "/last_name",
        "/email",
        "/currency",
        "/is_admin",
        "/country",
    }


@pytest.mark.parametrize("client_id", ["nonsense", "0192f0c1-2345-7abc-8def-0123456789ab", "1", "..%2Fx"])
def test_a_foreign_or_malformed_id_is_a_404(system, client_id):
    for path in ("", "/services", "/tickets", "/activity", "/custom-fields"):
        answer = system.get(f"/clients/{client_id}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path


def test_an_item_of_another_client_is_a_404(system):
    client = system.new_client()
    for path in ("invoices", "tickets"):
        for item in ("nonsense", str(uuid.uuid4())):
            assert system.get(f"/clients/{client['id']}/{path}/{item}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{nonsense", 400),
        (b"[]", 400),
        (b'{"a":NaN}', 400),
        (b'{"a":1,"a":2}', 400),
        (b"\xff", 400),
        (b'{"a":' + b"[" * 500 + b"]" * 500 + b"}", 400),
        (b'{"a":"' + b"x" * 1_100_000 + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_before_anything_runs(system, body, status):
    answer = system.request("POST", "/api/v1/clients", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text


def test_another_content_type_is_a_415(system):
    answer = system.request("POST", "/api/v1/clients", data="x=1", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415


def test_a_method_that_a_route_lacks_is_a_405_that_names_the_others(system):
    answer = system.request("DELETE", "/api/v1/clients")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) >= {"GET", "POST"}


def test_paging_walks_over_every_client_once(system):
    for _ in range(5):
        system.new_client()
    seen, query = [], "/clients?limit=2&sort=-joined"
    page = system.get(query).json()
    while True:
        seen += [row["id"] for row in page["data"]]
        if page["page"]["next"] is None:
            break
        page = system.get(f"{query}&after={page['page']['next']}").json()
    assert len(seen) == len(set(seen)) == system.get("/clients?limit=1").json()["page"]["total"]
