"""Credentials of a request, and the cookies that carry them."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem
from chassis.settings import Settings
from gateway.http import cookies

SETTINGS = Settings(development=True)
SECURE = Settings(admin_origin="https://admin.example.com", portal_origin="https://my.example.com")


def request(**headers) -> Request:
    return Request(
        EnvironBuilder(path="/admin/logout", headers={"Cookie": "commerce-admin=secret", **headers}).get_environ()
    )


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


def test_outside_development_the_cookie_is_bound_to_its_host():
    assert cookies.session_cookie(SECURE).startswith("__Host-")
    assert cookies.credential_of(request(), SECURE) is None
