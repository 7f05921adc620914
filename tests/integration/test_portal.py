"""Access to the portal: an origin, cookies and sessions of its own."""

import re
import uuid

import pytest
import requests

from tests.conftest import System
from tests.support.portal_session import Person


@pytest.fixture
def email(system) -> str:
    """The email of a client that was just made."""
    return system.new_client(company="Brightwater Ltd", email=f"{uuid.uuid4().hex}@example.com")["profile"]["email"]


@pytest.fixture
def person(system, email) -> Person:
    """The client's contact, in the portal."""
    return Person(system).enter(email)


def test_a_contact_enters_the_portal_and_signs_out(person):
    answer = person.get("/dashboard")
    assert answer.status_code == 200 and "Brightwater Ltd" in answer.text
    assert person.post("/client/logout").headers["Location"] == "/client/login"
    assert person.get("/dashboard").headers["Location"] == "/client/login?next=/dashboard"


def test_each_origin_answers_its_own_routes_alone(system: System, person):
    assert person.get("/admin/clients").status_code == 404
    assert person.get("/api/v1/clients").status_code == 404
    assert system.request("GET", "/dashboard").status_code == 404


def test_neither_a_staff_token_nor_a_staff_cookie_opens_the_portal(system: System, person):
    token = requests.get(
        f"{system.portal_origin}/dashboard",
        headers={"Authorization": f"Bearer {system.token}"},
        allow_redirects=False,
        timeout=30,
    )
    assert (token.status_code, token.headers["Location"][:13]) == (303, "/client/login")
    for name in ("commerce-admin", "commerce-impersonation"):
        other = requests.get(
            f"{system.portal_origin}/dashboard", cookies={name: person.cookie()}, allow_redirects=False, timeout=30
        )
        assert other.headers["Location"][:13] == "/client/login"


def test_a_contacts_cookie_opens_nothing_of_the_admin(system: System, person):
    for name in ("commerce-portal", "commerce-admin"):
        answer = requests.get(f"{system.origin}/api/v1/clients", cookies={name: person.cookie()}, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_post_without_the_sessions_own_token_or_from_the_admins_origin_is_refused(system: System, person, email):
    assert person.post("/client/logout", csrf_token="").status_code == 403
    other = Person(system).enter(email)
    assert person.post("/client/logout", csrf_token=other.csrf_token()).status_code == 403
    assert person.post("/client/logout", origin=system.origin).status_code == 403
    assert person.get("/dashboard").status_code == 200


def test_an_email_of_two_clients_is_led_to_choose_and_sees_that_client_alone(system: System, email):
    system.new_client(company="Second Ltd", email=email, allow_duplicate_email=True)
    person = Person(system).enter(email)
    assert person.get("/dashboard").headers["Location"] == "/client/choose?next=/dashboard"
    page = person.get("/client/choose").text
    chosen = re.findall(r'name="contact_id" value="([^"]+)">.*?<b><bdi>([^<]+)', page, re.S)
    assert [name for _, name in chosen] == ["Brightwater Ltd", "Second Ltd"]
    person.post("/client/choose", contact_id=chosen[1][0])
    shown = person.get("/dashboard").text
    assert "Second Ltd" in shown and "Brightwater Ltd" not in shown
