"""Pages of errors: whoever is signed in stays in their shell, with its navigation and a way on; nobody else sees one."""

import re
import uuid

import pytest
import requests

from chassis.permissions import Access
from chassis.settings import Settings
from gateway.http.routing import ADMIN, PORTAL, ROUTES, Route
from gateway.server.application import Application
from tests.support.portal_session import Person
from tests.support.staff_session import StaffBrowser, make_staff

Application(Settings(development=True))

PAGES = [route for route in ROUTES if route.kind == "page" and route.access is not Access.PUBLIC]
SIDEBAR, PORTAL_NAV = '<aside class="side"', '<nav aria-label="Portal"'
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)


def pages(origin: str, method: str) -> list[Route]:
    return [route for route in PAGES if route.origin == origin and route.method == method]


def address(route: Route, client_id: str = "") -> str:
    """The route's path about things that nobody has, of `client_id` where it is given."""
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", route.path.replace("<client_id>", client_id or "<client_id>"))
    return re.sub(r"<[^>]+>", lambda _found: str(uuid.uuid4()), path)


def has_way_on(page: str) -> bool:
    return "<a " in MAIN.search(page)[0]


@pytest.fixture(scope="module")
def staff(system):
    """`staff(role)`: a signed-in browser of somebody in it."""

    def signed_in(role: str) -> StaffBrowser:
        person = StaffBrowser(system.origin)
        person.sign_in(make_staff(system, role)["email"])
        return person

    return signed_in


@pytest.fixture(scope="module")
def contact(system) -> Person:
    return Person(system).enter(system.new_client()["profile"]["email"])


def test_what_is_not_there_is_told_in_the_admin_s_shell_on_every_page(system, staff):
    person = staff("super_admin")
    found = {}
    for path in ["/admin/nowhere", "/admin/clients/nowhere/at/all", "/nowhere", *map(address, pages(ADMIN, "GET"))]:
        answer = person.get(path)
        if answer.status_code == 404:
            found[path] = (SIDEBAR in answer.text, "There is nothing here" in answer.text, has_way_on(answer.text))
    assert set(found.values()) == {(True, True, True)} and len(found) > 20, found


def test_what_a_role_may_not_open_is_told_in_the_admin_s_shell_on_every_page(system, staff):
    person, client = staff("support"), system.new_client()
    found = {}
    for route in pages(ADMIN, "GET"):
        answer = person.get(address(route, client["id"]))
        if answer.status_code == 403:
            found[route.path] = (SIDEBAR in answer.text, str(route.access) in answer.text, has_way_on(answer.text))
    assert set(found.values()) == {(True, True, True)} and len(found) > 10, found


def test_a_form_that_is_refused_is_told_in_the_shell_too(system, staff):
    person, client = staff("super_admin"), system.new_client()
    for route in pages(ADMIN, "POST"):
        answer = person.http.post(system.origin + address(route, client["id"]), data={"csrf_token": "x"}, timeout=30)
        assert (answer.status_code, SIDEBAR in answer.text, has_way_on(answer.text)) == (403, True, True), route.path


def test_the_portal_tells_its_own_in_its_shell(system, contact):
    found = {}
    for path in ["/client/nowhere", "/nowhere", "/admin/clients", *map(address, pages(PORTAL, "GET"))]:
        answer = contact.get(path)
        if answer.status_code in (403, 404):
            found[path] = (PORTAL_NAV in answer.text, has_way_on(answer.text))
    assert set(found.values()) == {(True, True)} and len(found) > 5, found


@pytest.mark.parametrize(
    "cookie", [{}, {"Cookie": "commerce-admin=made-up; commerce-portal=made-up"}], ids=["none", "made up"]
)
def test_who_is_not_signed_in_gets_a_plain_page_with_a_way_on(system, cookie):
    for origin in (system.origin, system.portal_origin):
        answer = requests.get(f"{origin}/nowhere", headers=cookie, timeout=30)
        assert answer.status_code == 404 and has_way_on(answer.text)
        assert SIDEBAR not in answer.text and PORTAL_NAV not in answer.text


def test_a_program_gets_a_problem_whoever_it_is(system):
    answer = system.get("/nowhere")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
