"""Where a sign-in may lead."""

import pytest

from gateway.auth.sign_in import local_path
from gateway.portal.sign_in import portal_path

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
    assert local_path(target, "/admin/clients") == "/admin/clients"


@pytest.mark.parametrize("target", [*ELSEWHERE, "/admin/clients", "//evil.example/client/"])
def test_a_sign_in_to_the_portal_never_leads_elsewhere(target):
    assert portal_path(target) == "/dashboard"


@pytest.mark.parametrize("target", ["/client/invoices?status=paid", "/store"])
def test_a_sign_in_to_the_portal_leads_back_to_where_it_was_asked(target):
    assert portal_path(target) == target


def test_a_sign_in_leads_back_to_where_it_was_asked():
    assert local_path("/admin/clients?q=ada&sort=-name", "/x") == "/admin/clients?q=ada&sort=-name"
