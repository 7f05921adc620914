"""Staff through the gateway: accounts by the API, signing in, the profile, tokens."""

import re
import uuid

import pyotp
import pytest

from tests.support.staff_session import PASSWORD, StaffBrowser, make_staff


@pytest.fixture
def browser(system) -> StaffBrowser:
    """A browser that nobody has signed in with."""
    return StaffBrowser(system.origin)


@pytest.fixture
def sam(system) -> dict:
    """A support staff member."""
    return make_staff(system, "support")


def test_an_account_is_made_read_and_changed_by_the_api(system, sam):
    one = system.get(f"/staff/{sam['id']}")
    assert (one.json()["role"], one.json()["permissions"]["tickets.reply"]) == (
        "support",
        True,
    ) and "password" not in one.text
    changed = system.request(
        "PATCH",
        f"/api/v1/staff/{sam['id']}",
        json={"name": "Sam", "permissions": {"credits.add": True}},
        headers={"If-Match": one.headers["ETag"]},
    )
    assert (changed.status_code, changed.json()["overrides"]) == (200, {"credits.add": True})
    stale = system.request(
        "PATCH", f"/api/v1/staff/{sam['id']}", json={"name": "X"}, headers={"If-Match": one.headers["ETag"]}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert sam["id"] in [row["id"] for row in system.get("/staff", params={"limit": 100}).json()["data"]]


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({"colour": "red"}, "/colour"),
        ({"staff_id": "x"}, "/staff_id"),
        ({"role": "king"}, "/role"),
        ({"permissions": {"a.b": True}}, "/permissions/a.b"),
    ],
)
def test_a_change_that_cannot_be_names_its_field(system, sam, body, pointer):
    refused = system.request("PATCH", f"/api/v1/staff/{sam['id']}", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


def test_an_account_that_does_not_exist_is_not_found(system):
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {}),
        ("POST", "/disable", {}),
        ("POST", "/password-link", {}),
    ):
        for staff_id in (uuid.uuid4(), "nonsense"):
            answer = system.request(method, f"/api/v1/staff/{staff_id}{path}", json=body)
            assert answer.status_code == 404, (method, path)


def test_the_same_key_makes_one_account_whatever_its_password(system):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {
        "name": "Once",
        "email": f"once-{uuid.uuid4().hex[:8]}@example.com",
        "role": "billing",
        "password": PASSWORD,
    }
    first, again = (system.post("/staff", body, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())


def test_a_disabled_account_is_out_at_once(system, sam, browser):
    assert browser.sign_in(sam["email"]).headers["Location"] == "/admin"
    assert browser.get("/admin/clients").status_code == 200
    assert system.post(f"/staff/{sam['id']}/disable").json()["status"] == "disabled"
    assert browser.get("/admin/clients").headers["Location"].startswith("/admin/login")
    assert browser.sign_in(sam["email"]).status_code == 401


def test_a_password_link_lets_a_new_account_in_once(system, browser):
    new = make_staff(system, "billing", password=None)
    link = system.post(f"/staff/{new['id']}/password-link").json()["url"].removeprefix(system.origin)
    assert "not the same" in browser.send(link, password=PASSWORD, again="another one").text
    assert "Your password is set" in browser.send(link, password=PASSWORD, again=PASSWORD).text
    assert browser.get(link).status_code == 410
    assert browser.sign_in(new["email"]).status_code == 303


def test_with_a_second_factor_the_cookie_of_the_password_opens_nothing(system, browser):
    new = make_staff(system, "admin", second_factor_required=True)
    leads = browser.sign_in(new["email"])
    assert leads.headers["Location"].startswith("/admin/login/code")
    assert "commerce-admin" not in browser.cookies
    assert browser.get("/admin/clients").headers["Location"].startswith("/admin/login")
    page = browser.get("/admin/login/code").text
    secret = re.search(r'class="mono key">([A-Z2-7]+)<', page)[1]
    assert "<svg" in page and 'class="qr"' in page
    assert browser.send("/admin/login/code", code="000000").status_code == 401
    done = browser.send("/admin/login/code", code=pyotp.TOTP(secret).now())
    codes = re.findall(r"<li>([a-z2-7-]{29})</li>", done.text)
    assert len(codes) == 10
    assert browser.get("/admin/clients").status_code == 200 and "commerce-step" not in browser.cookies

    again = StaffBrowser(system.origin)
    again.sign_in(new["email"])
    assert 'class="qr"' not in again.get("/admin/login/code").text
    assert again.send("/admin/login/code", code=codes[0]).headers["Location"] == "/admin"

    taken = system.request("DELETE", f"/api/v1/staff/{new['id']}/second-factor")
    assert (taken.status_code, taken.json()["id"], taken.json()["second_factor"]) == (200, new["id"], "off")


def test_without_a_step_the_code_page_asks_to_sign_in(browser):
    page = browser.get("/admin/login/code")
    assert page.status_code == 401 and "Sign in again" in page.text


def test_a_token_is_made_by_a_session_and_works_by_the_api(system, sam, browser):
    browser.sign_in(sam["email"])
    made = browser.api("POST", "/me/tokens", {"name": "Script", "permissions": ["clients.view"], "days": 30})
    assert made.status_code == 201
    bearer = {"Authorization": f"Bearer {made.json()['token']}"}
    assert system.get("/clients", headers=bearer).status_code == 200
    assert system.get("/me", headers=bearer).json()["permissions"] == ["clients.view"]
    assert system.post("/clients", {}, headers=bearer).status_code == 403
    assert system.post("/me/tokens", {"name": "Child"}, headers=bearer).status_code == 409
    assert browser.api("DELETE", f"/me/tokens/{made.json()['id']}").status_code == 200
    assert system.get("/clients", headers=bearer).status_code == 401


def test_the_repeat_of_a_token_request_gets_all_but_the_token(system, sam, browser):
    browser.sign_in(sam["email"])
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    first, again = (browser.api("POST", "/me/tokens", {"name": "Once"}, **headers).json() for _ in range(2))
    assert (first["id"], "token" in first, "token" in again) == (again["id"], True, False)


def test_changing_the_password_ends_every_session(system, sam, browser):
    other = StaffBrowser(system.origin)
    for each in (browser, other):
        each.sign_in(sam["email"])
    new = {"new_password": "new horse", "again": "new horse"}
    wrong = browser.send("/admin/profile/password", "/admin/profile", current_password="x", **new)
    assert wrong.status_code == 422 and "This is not your password." in wrong.text
    done = browser.send("/admin/profile/password", "/admin/profile", current_password=PASSWORD, **new)
    assert "Your password is set" in done.text
    for each in (browser, other):
        assert each.get("/admin/profile").headers["Location"].startswith("/admin/login")
    assert browser.sign_in(sam["email"], "new horse").status_code == 303


def test_sessions_are_listed_and_one_of_them_ended(system, sam, browser):
    other = StaffBrowser(system.origin)
    for each in (browser, other):
        each.sign_in(sam["email"])
    rows = browser.api("GET", "/me/sessions").json()["data"]
    assert sorted(row["current"] for row in rows) == [False, True]
    ended = next(row["id"] for row in rows if not row["current"])
    assert browser.api("DELETE", f"/me/sessions/{ended}").json() == {"ended": 1}
    assert other.get("/admin/profile").status_code == 303 and browser.get("/admin/profile").status_code == 200


@pytest.mark.parametrize("path", ["/staff", "/client-groups", "/tags", "/custom-fields"])
@pytest.mark.parametrize("name", ["seconds", "target", "writes", "caller"])
def test_a_body_never_says_how_a_call_is_made(system, path, name):
    refused = system.post(path, {"name": "Any", name: 1})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{name}")
