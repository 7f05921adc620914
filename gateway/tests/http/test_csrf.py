"""CSRF: a write passes by the token of its own browser, and by no other."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem
from chassis.settings import Settings
from gateway.http import csrf

SETTINGS = Settings(development=True)


def request(method="POST", cookie="commerce-admin=secret", form=None, **headers) -> Request:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if cookie:
        given["Cookie"] = cookie
    return Request(EnvironBuilder(method=method, path="/admin/logout", data=form or {}, headers=given).get_environ())


def good_token(cookie="commerce-admin=secret") -> str:
    return csrf.token(request("GET", cookie), SETTINGS)


def test_a_form_with_its_token_passes():
    csrf.check(request(form={"csrf_token": good_token()}), SETTINGS)
    csrf.check(request(X_CSRF_Token=good_token()), SETTINGS)


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
        csrf.check(request(**bad), SETTINGS)
    assert refusal.value.code == "csrf"
