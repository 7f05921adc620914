"""Refusals in the log: 401, 403, 429 and wrong CSRF tokens leave a line, and no line names anybody."""

import uuid

import pytest
import requests
from structlog.testing import capture_logs

from tests.support.staff_session import StaffBrowser, make_staff

CANARIES = ("canary-email@example.com", "canary-password", "canary-token", "canary-query", "canary-agent", "127.0.0.1")
HEADERS = {"User-Agent": "canary-agent", "Accept-Language": "canary-query"}


@pytest.fixture
def lines():
    """`lines()`: what was logged of refusals since the test began."""
    with capture_logs() as records:
        yield lambda: [one for one in records if one["event"] == "request refused"]


def send(system, method: str, path: str, **options) -> requests.Response:
    headers = {**HEADERS, **options.pop("headers", {})}
    return requests.request(method, system.origin + path, headers=headers, timeout=30, allow_redirects=False, **options)


def shown(line: dict) -> tuple:
    return line["method"], line["route"], line["status"], line["reason"]


def test_each_kind_of_refusal_leaves_its_line(system, lines):
    support = StaffBrowser(system.origin, "canary-agent")
    account = make_staff(system, "support")
    support.sign_in(account["email"])
    send(system, "GET", "/admin/clients?q=canary-query")
    send(system, "GET", "/api/v1/clients", headers={"Authorization": "Bearer canary-token"})
    support.get("/admin/staff/canary-query")
    send(system, "POST", "/admin/login", data={"email": CANARIES[0], "password": "canary-password"})
    stranger = StaffBrowser(system.origin, "canary-agent")
    stranger.send("/admin/login", email=CANARIES[0], password="canary-password")
    assert [shown(line) for line in lines()] == [
        ("GET", "/admin/clients", 401, "unauthenticated"),
        ("GET", "/api/v1/clients", 401, "unauthenticated"),
        ("GET", "/admin/staff/<staff_id>", 403, "forbidden"),
        ("POST", "/admin/login", 403, "csrf"),
        ("POST", "/admin/login", 401, "unauthenticated"),
    ]
    assert [line["principal"] for line in lines()] == [None, None, account["id"], None, None]
    assert len({line["address"] for line in lines()}) == 1
    assert [canary for canary in (*CANARIES, account["email"]) if canary in str(lines())] == []


def test_one_who_has_to_wait_leaves_a_line(system, lines):
    stranger = StaffBrowser(system.origin)
    email = f"{uuid.uuid4().hex}@example.com"
    for _ in range(8):
        stranger.send("/admin/login", email=email, password="canary-password")
    assert ("POST", "/admin/login", 429, "too-many-requests") in [shown(line) for line in lines()]
    assert email not in str(lines()) and "canary" not in str(lines())


def test_a_good_request_leaves_none(system, lines):
    assert system.get("/me").status_code == 200
    assert send(system, "GET", "/admin/login").status_code == 200
    assert lines() == []
