"""Pages over plain HTTP: signing in, forms that belong to their session, headers, origins."""

import re
import uuid

import pytest
import requests

from tests.conftest import STAFF_EMAIL, STAFF_PASSWORD

PRIVATE = ("/admin/clients", "/admin/clients/new", "/admin/clients/import")


@pytest.fixture
def browser(system) -> requests.Session:
    """A browser that has not signed in."""
    return requests.Session()


def token_in(html: str) -> str:
    return re.search(r'name="csrf_token" value="([0-9a-f]+)"', html).group(1)


def sign_in(system, browser, password=STAFF_PASSWORD, target="") -> requests.Response:
    form = browser.get(f"{system.origin}/admin/login", timeout=10).text
    return browser.post(
        f"{system.origin}/admin/login",
        timeout=20,
        allow_redirects=False,
        data={"csrf_token": token_in(form), "email": STAFF_EMAIL, "password": password, "next": target},
    )


def test_signing_in_leads_to_where_one_wanted_to_go(system, browser):
    answer = browser.get(f"{system.origin}/admin/clients?status=active", timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/admin/login?next=/admin/clients%3Fstatus%3Dactive",
    )
    answer = sign_in(system, browser, target="/admin/clients?status=active")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/clients?status=active")
    page = browser.get(f"{system.origin}/admin/clients", timeout=10)
    assert page.status_code == 200 and "<h1>Clients" in page.text


def test_a_wrong_password_says_no_more_than_that(system, browser):
    answer = sign_in(system, browser, password="wrong")
    assert answer.status_code == 401
    assert STAFF_EMAIL in answer.text and "wrong" in answer.text
    assert "commerce-admin" not in browser.cookies


def test_a_session_is_a_strict_cookie_that_scripts_cannot_read_and_ends_with_signing_out(system, browser):
    cookie = sign_in(system, browser).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie and "Domain" not in cookie
    old = browser.cookies["commerce-admin"]
    page = browser.get(f"{system.origin}/admin/clients", timeout=10)
    browser.post(f"{system.origin}/admin/logout", data={"csrf_token": token_in(page.text)}, timeout=10)
    again = requests.get(
        f"{system.origin}/admin/clients", cookies={"commerce-admin": old}, timeout=10, allow_redirects=False
    )
    assert (again.status_code, again.headers["Location"].split("?")[0]) == (303, "/admin/login")


def test_each_sign_in_makes_a_session_of_its_own(system, browser):
    sign_in(system, browser)
    first = browser.cookies["commerce-admin"]
    sign_in(system, browser)
    assert browser.cookies["commerce-admin"] != first


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_without_its_token_or_from_elsewhere_changes_nothing(system, browser, headers):
    sign_in(system, browser)
    data = {"csrf_token": "0" * 64, "first_name": "Eve"} if not headers else {}
    answer = browser.post(f"{system.origin}/admin/clients/new", data=data, headers=headers, timeout=10)
    assert answer.status_code == 403


@pytest.mark.parametrize("path", PRIVATE)
def test_private_pages_ask_for_a_sign_in_and_are_never_stored(system, browser, path):
    answer = browser.get(system.origin + path, timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/admin/login")
    sign_in(system, browser)
    page = browser.get(system.origin + path, timeout=10)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("path", ["/admin/login", "/admin/nowhere", "/api/v1/clients", "/static/nothing.css"])
def test_every_answer_has_its_headers(system, browser, path):
    headers = browser.get(system.origin + path, timeout=10).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["X-Request-Id"])
    assert "Server" not in headers or not re.search(r"\d", headers["Server"])


def test_staff_pages_are_not_on_the_portals_origin_nor_on_any_other(system, browser):
    assert browser.get(f"{system.portal_origin}/admin/login", timeout=10).status_code == 404
    assert browser.get(f"{system.portal_origin}/client/login", timeout=10).status_code == 200
    assert browser.get(f"{system.origin}/client/login", timeout=10).status_code == 404
    assert browser.get(f"{system.origin}/admin/login", headers={"Host": "evil.example"}, timeout=10).status_code == 404


def test_what_a_client_is_called_is_text_wherever_it_stands(system, browser):
    sign_in(system, browser)
    client = system.new_client(company="<script>alert(1)</script>")
    for path in (f"/admin/clients/{client['id']}", "/admin/clients?q=alert"):
        page = browser.get(system.origin + path, timeout=10).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("invite, state", [("true", "Invited"), (None, "Never invited")])
def test_a_new_clients_owner_is_invited_by_mail_where_that_is_ticked(system, browser, invite, state):
    sign_in(system, browser)
    empty = browser.get(f"{system.origin}/admin/clients/new", timeout=10).text
    assert re.search(r'name="invite"\s+value="true"\s*>', empty)
    email = f"{uuid.uuid4().hex}@example.com"
    form = {"first_name": "Ann", "last_name": "Lee", "email": email, "status": "active", "currency": "EUR"}
    form |= {"csrf_token": token_in(empty), "idempotency_key": uuid.uuid4().hex, "invite": invite}
    made = browser.post(f"{system.origin}/admin/clients/new", data=form, timeout=20, allow_redirects=False)
    assert made.status_code == 303
    contacts = browser.get(f"{system.origin}{made.headers['Location']}/contacts", timeout=10).text
    assert f">{state}" in contacts
    if invite:
        assert "/client/invitation/" in system.mail(email, "Your invitation to the client portal")


def test_an_unknown_order_is_named_on_the_page(system, browser):
    sign_in(system, browser)
    answer = browser.get(f"{system.origin}/admin/clients?sort=shoe_size", timeout=10)
    assert answer.status_code == 422
    assert "The list cannot be sorted by this" in answer.text


@pytest.mark.parametrize("tab", ["services", "invoices", "tickets"])
def test_a_tab_with_states_takes_one_and_refuses_another(system, browser, tab):
    sign_in(system, browser)
    path = f"{system.origin}/admin/clients/{system.new_client()['id']}/{tab}"
    known = {"services": "active", "invoices": "paid", "tickets": "open"}[tab]
    assert browser.get(f"{path}?status={known}", timeout=10).status_code == 200
    assert browser.get(f"{path}?status=happy", timeout=10).status_code == 422
