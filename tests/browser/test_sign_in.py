"""Signing in and out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.system import STAFF_EMAIL, STAFF_NAME, STAFF_PASSWORD


@pytest.fixture
def stranger(open_page) -> Page:
    """A page of a browser that nobody has signed in with."""
    return open_page(storage_state=None)


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_wrong_password_is_refused_and_the_right_one_lets_in(stranger, console_messages):
    console_messages.expect_status(401)
    stranger.goto("/admin/login")
    sign_in(stranger, STAFF_EMAIL, "not my password")
    expect(stranger.get_by_role("alert")).to_be_visible()
    expect(stranger.get_by_label("Email")).to_have_value(STAFF_EMAIL)
    expect(stranger.get_by_label("Password")).to_have_value("")
    expect(stranger.get_by_label("Password")).to_be_focused()

    sign_in(stranger, STAFF_EMAIL, STAFF_PASSWORD)
    expect(stranger).to_have_url(re.compile(r"/admin$"))
    expect(stranger.get_by_role("link", name=STAFF_NAME)).to_be_visible()


def test_nobody_learns_from_the_answer_whether_an_account_exists(stranger, console_messages):
    console_messages.expect_status(401)
    alerts = []
    for email in (STAFF_EMAIL, "nobody@example.com"):
        stranger.goto("/admin/login")
        sign_in(stranger, email, "not my password")
        alerts.append(stranger.get_by_role("alert").inner_text())
    assert alerts[0] == alerts[1]


def test_after_signing_in_one_stands_where_one_wanted_to_go(stranger):
    stranger.goto("/admin/clients?status=suspended&sort=-joined")
    expect(stranger).to_have_url(re.compile(r"/admin/login\?next="))
    sign_in(stranger, STAFF_EMAIL, STAFF_PASSWORD)
    expect(stranger).to_have_url(re.compile(r"/admin/clients\?status=suspended&sort=-joined$"))


def test_another_site_as_the_place_to_go_is_ignored(stranger):
    stranger.goto("/admin/login?next=//evil.example/admin/")
    sign_in(stranger, STAFF_EMAIL, STAFF_PASSWORD)
    expect(stranger).to_have_url(re.compile(r"^http://127\.0\.0\.1:\d+/admin$"))


def test_after_signing_out_the_same_cookie_opens_nothing(stranger, open_page):
    stranger.goto("/admin/login")
    sign_in(stranger, STAFF_EMAIL, STAFF_PASSWORD)
    expect(stranger.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    stolen = open_page(storage_state=stranger.context.storage_state())
    stranger.get_by_role("button", name="Sign out").click()
    expect(stranger.get_by_role("heading", name="Staff sign in")).to_be_visible()

    for page in (stranger, stolen):
        page.goto("/admin/clients")
        expect(page).to_have_url(re.compile(r"/admin/login\?next="))
