"""Every route of the admin, asked as nobody and as each role: docs/permissions.md decides what is answered."""

import re
import uuid

import pytest
import requests

from chassis.permissions import Access
from chassis.settings import Settings
from chassis.testing.plugin import wait_until
from gateway.http.routing import ADMIN, ROUTES, Route
from gateway.server.application import Application
from tests.support.permission_table import permissions_by_role
from tests.support.staff_session import StaffBrowser, make_staff
from tests.support.unrefused_writes import watch_writes

Application(Settings(development=True))

ALLOWED = permissions_by_role()
GUARDED = [route for route in ROUTES if route.origin == ADMIN and route.access is not Access.PUBLIC]


@pytest.fixture(scope="module")
def tokens(system) -> dict[str, str]:
    """An API token of somebody in each role, made as they would."""
    made = {}
    for role in ALLOWED:
        person = StaffBrowser(system.origin)
        person.sign_in(make_staff(system, role)["email"])
        made[role] = person.api("POST", "/me/tokens", {"name": "Permissions"}).json()["token"]
    return made


@pytest.fixture(scope="module")
def client_id(system) -> str:
    """A client that the requests are about; everything else that they name does not exist."""
    return system.new_client()["id"]


def request_route(system, route: Route, client_id: str, token: str | None) -> requests.Response:
    """The answer to a request to the route, well formed but empty. While a service answers too late, which says nothing
    of who may do what, it is asked again."""

    def answer() -> list[requests.Response]:
        got = _request_route(system, route, client_id, token)
        return [] if got.status_code == 503 else [got]

    return wait_until(answer, f"an answer of {route.method} {route.path}")[0]


def _request_route(system, route: Route, client_id: str, token: str | None) -> requests.Response:
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", route.path.replace("<client_id>", client_id))
    path = re.sub(r"<[^>]+>", str(uuid.uuid4()), path)
    key = uuid.uuid4().hex
    body = {"json": {}} if route.kind == "api" else {"data": {"idempotency_key": key}}
    headers = {"Idempotency-Key": key, "If-Match": '"1"'} | ({"Authorization": f"Bearer {token}"} if token else {})
    return requests.request(
        route.method,
        system.origin + path,
        headers=headers,
        timeout=30,
        allow_redirects=False,
        **({} if route.method == "GET" else body),
    )


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_answers_as_the_table_says(system, tokens, client_id, route, monkeypatch):
    taken = watch_writes(monkeypatch)
    nobody = request_route(system, route, client_id, None)
    if route.kind == "api":
        assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthenticated")
    else:
        assert (nobody.status_code, nobody.headers["Location"][:12]) == (303, "/admin/login")
    for role, allowed in ALLOWED.items():
        taken.clear()
        status = request_route(system, route, client_id, tokens[role]).status_code
        if route.access is Access.SIGNED_IN or str(route.access) in allowed:
            assert status not in (401, 403) and status < 500, (role, status)
        else:
            assert (status, taken) == (403, []), role
