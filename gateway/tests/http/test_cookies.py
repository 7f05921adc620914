"""Credentials, CSRF and where a sign-in may lead."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem
from chassis.settings import Settings
from gateway.http import cookies
from gateway.portal.sign_in import portal_path

SETTINGS = Settings(development=True)
SECURE = Settings(admin_origin="https://admin.example.com", portal_origin="https://my.example.com")


def request(method="POST", cookie="commerce-admin=secret", form=None, **headers) -> Request:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if cookie:
        given["Cookie"] = cookie
    return Request(EnvironBuilder(method=method, path="/admin/logout", data=form or {}, headers=given).get_environ())


def good_token(cookie="commerce-admin=secret") -> str:
    return cookies.csrf_token(request("GET", cookie), SETTINGS)


def test_the_bus_sees_a_hash_and_never_the_cookie():
    credential = cookies.credential_of(request(), SETTINGS)
    assert credential.kind == "session"
    assert len(credential.hash) == 64 and "secret" not in str(credential.to_wire())


def test_a_bearer_token_stands_before_the_cookie():
    assert cookies.credential_of(request(Authorization="Bearer abc"), SETTINGS).kind == "token"


@pytest.mark.parametrize("header", ["Basic eDp5", "Bearer", "Bearer "])
def test_another_scheme_is_refused(header):
    with pytest.raises(ServiceProblem) as refusal:
        cookies.credential_of(request(Authorization=header), SETTINGS)
    assert refusal.value.code == "unauthenticated"


def test_a_form_with_its_token_passes():
    cookies.check_csrf(request(form={"csrf_token": good_token()}), SETTINGS)
    cookies.check_csrf(request(X_CSRF_Token=good_token()), SETTINGS)


@pytest.mark.parametrize(
    "bad",
    [
        {"form": {}},
        {"form": {"csrf_token": "x"}},
        {"form": {"csrf_token": good_token("commerce-admin=other")}},
        {"form": {"csrf_token": good_token()}, "Origin": "https://evil.example"},
        {"form": {"csrf_token": good_token()}, "Origin": "null"},
        {"form": {"csrf_token": good_token()}, "Sec_Fetch_Site": "cross-site"},
        {"form": {"csrf_token": good_token()}, "cookie": None},
    ],
)
def test_a_write_that_its_person_did_not_mean_is_refused(bad):
    with pytest.raises(ServiceProblem) as refusal:
        cookies.check_csrf(request(**bad), SETTINGS)
    assert refusal.value.code == "csrf"


def test_outside_development_the_cookie_is_bound_to_its_host():
    assert cookies.session_cookie(SECURE).startswith("__Host-")
    assert cookies.credential_of(request(), SECURE) is None


ELSEWHERE = [
    "//evil.example",
    "https://evil.example/admin/",
    "/\\evil",
    "javascript:alert(1)",
    "/client/login",
    "/admin/login",
    "/admin/../..//evil",
    "/admin/x\r\nSet-Cookie: a=b",
    None,
    "",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_sign_in_never_leads_elsewhere(target):
    assert cookies.own_path(target, "/admin/clients") == "/admin/clients"


@pytest.mark.parametrize("target", [*ELSEWHERE, "/admin/clients", "//evil.example/client/"])
def test_a_sign_in_to_the_portal_never_leads_elsewhere(target):
    assert portal_path(target) == "/dashboard"


@pytest.mark.parametrize("target", ["/client/invoices?status=paid", "/store"])
def test_a_sign_in_to_the_portal_leads_back_to_where_it_was_asked(target):
    assert portal_path(target) == target


def test_a_sign_in_leads_back_to_where_it_was_asked():
    assert cookies.own_path("/admin/clients?q=ada&sort=-name", "/x") == "/admin/clients?q=ada&sort=-name"
