"""Step-up authentication on the pages: the password is asked for where it is missing, and what was sent goes on."""

import uuid

import pytest
from sqlalchemy import text

from chassis.db.engine import make_engine
from tests.support.portal_session import PASSWORD as PORTAL_PASSWORD
from tests.support.portal_session import Person
from tests.support.staff_session import PASSWORD, StaffBrowser, make_staff

PROMPT = "Type your password once more"


@pytest.fixture
def later(system):
    """`later()`: eleven minutes pass for every session."""
    engine = make_engine(system.containers["clients"].config["settings"].database_url, pool_size=1)

    def pass_by() -> None:
        with engine.begin() as connection:
            for table in ("sessions", "portal_sessions"):
                connection.execute(
                    text(f"UPDATE identity.{table} SET authenticated_at = now() - interval '11 minutes'")
                )

    yield pass_by
    engine.dispose()


@pytest.fixture
def boss(system) -> StaffBrowser:
    """A super admin's browser, signed in."""
    browser = StaffBrowser(system.origin)
    assert browser.sign_in(make_staff(system, "super_admin")["email"]).status_code == 303
    return browser


def test_a_page_that_asks_is_shown_once_the_password_was_typed(boss, later):
    assert PROMPT not in boss.get("/admin/profile/tokens/new").text
    later()
    asked = boss.get("/admin/profile/tokens/new")
    assert (asked.status_code, PROMPT in asked.text, 'name="next"' in asked.text) == (403, True, True)
    token = boss.hidden("/admin/profile")
    sent = {**token, "next": "/admin/profile/tokens/new"}
    wrong = boss.http.post(
        f"{boss.origin}/admin/step-up", data={**sent, "step_up_password": "x"}, allow_redirects=False
    )
    assert wrong.status_code == 422 and "This is not your password." in wrong.text
    good = boss.http.post(
        f"{boss.origin}/admin/step-up", data={**sent, "step_up_password": PASSWORD}, allow_redirects=False
    )
    assert (good.status_code, good.headers["Location"]) == (303, "/admin/profile/tokens/new")
    assert boss.get("/admin/profile/tokens/new").status_code == 200


@pytest.mark.parametrize("target", ["//evil.example/admin/", "https://evil.example", "/admin/login"])
def test_the_password_never_leads_elsewhere(boss, target):
    sent = {**boss.hidden("/admin/profile"), "next": target, "step_up_password": PASSWORD}
    answer = boss.http.post(f"{boss.origin}/admin/step-up", data=sent, allow_redirects=False)
    assert answer.headers["Location"] == "/admin/profile"


def test_a_form_that_was_sent_waits_for_the_password_and_is_carried_out_once(system, boss, later):
    sam = make_staff(system, "support")
    page = f"/admin/staff/{sam['id']}"
    form = {**boss.hidden(page), "whole": "yes", "name": "Samira", "email": sam["email"], "role": "billing"}
    later()
    asked = boss.http.post(boss.origin + page, data=form, allow_redirects=False)
    assert (asked.status_code, PROMPT in asked.text) == (403, True)
    assert 'name="name" value="Samira"' in asked.text and form["idempotency_key"] in asked.text
    assert system.get(f"/staff/{sam['id']}").json()["role"] == "support"
    for _ in range(2):
        done = boss.http.post(boss.origin + page, data={**form, "step_up_password": PASSWORD}, allow_redirects=False)
        assert done.headers["Location"] == f"{page}?saved=yes"
    assert system.get(f"/staff/{sam['id']}").json()["role"] == "billing"


@pytest.mark.parametrize(
    "path",
    ["/admin/staff/new", "/admin/staff/{}/disable", "/admin/staff/{}/sign-out", "/admin/profile/sessions/end-others"],
)
def test_the_password_is_asked_for_before_a_form_is_filled_in(system, boss, later, path):
    path = path.format(make_staff(system, "support")["id"])
    assert boss.get(path).status_code == 200
    later()
    assert (boss.get(path).status_code, PROMPT in boss.get(path).text) == (403, True)


def test_a_program_with_a_session_is_told_why(boss, later):
    later()
    refused = boss.api("POST", "/me/tokens", {"name": "Script"})
    assert (refused.status_code, refused.json()["code"]) == (403, "reauthentication-required")
    assert boss.api("GET", "/me/tokens").status_code == 200


def test_the_portal_asks_too(system, later):
    client = system.new_client()
    person = Person(system).invited(client)
    person.sign_in(client["email"] if "email" in client else client["profile"]["email"])
    later()
    asked = person.post("/client/profile/sessions/end-others", idempotency_key=uuid.uuid4().hex)
    assert (asked.status_code, PROMPT in asked.text) == (403, True)
    done = person.post(
        "/client/profile/sessions/end-others", idempotency_key=uuid.uuid4().hex, step_up_password=PORTAL_PASSWORD
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/client/profile")


def test_the_browsers_session_of_before_ends_with_a_new_sign_in(system):
    account = make_staff(system, "support")
    browser, copy = StaffBrowser(system.origin), StaffBrowser(system.origin)
    browser.sign_in(account["email"])
    copy.http.cookies.update(browser.http.cookies)
    assert copy.get("/admin/profile").status_code == 200
    browser.sign_in(account["email"])
    assert copy.get("/admin/profile").headers["Location"].startswith("/admin/login")
    assert browser.get("/admin/profile").status_code == 200
