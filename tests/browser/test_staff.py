"""Staff accounts and one's own profile, in the browser."""

import re
import uuid

import pyotp
import pytest
import requests
from playwright.sync_api import Page, expect

PASSWORD = "battery staple horse"


@pytest.fixture
def sam(system) -> dict:
    """A support staff member, made for this test."""
    return system.post(
        "/staff",
        {
            "name": "Sam Support",
            "email": f"sam-{uuid.uuid4().hex[:8]}@example.com",
            "role": "support",
            "password": PASSWORD,
        },
    )


@pytest.fixture
def enter(open_page):
    """`enter(account)`: a page of a browser of its own, where this person has sent their email and password."""

    def sign_in(account: dict, password: str = PASSWORD) -> Page:
        page = open_page(storage_state=None)
        page.goto("/admin/login")
        page.get_by_label("Email").fill(account["email"])
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        return page

    return sign_in


def save(page: Page) -> None:
    page.get_by_role("button", name="Save changes").last.click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def test_a_new_staff_member_is_made_and_sets_a_password_by_the_link(page, enter, open_page):
    email = f"ina-{uuid.uuid4().hex[:8]}@example.com"
    page.goto("/admin/staff")
    page.get_by_role("link", name="New Staff Member").click()
    page.get_by_label("Name", exact=False).first.fill("Ina Invited")
    page.get_by_label("Email").fill(email)
    page.get_by_role("radio", name=re.compile("^Billing")).check()
    page.get_by_role("button", name="Create account").click()
    link = page.get_by_label("Link").input_value()
    page.goto("/admin/staff?status=invited")
    expect(page.get_by_role("row", name=re.compile("Ina Invited")).first).to_contain_text("Invited")

    other = open_page(storage_state=None)
    other.goto(link)
    other.get_by_label("New password", exact=True).fill(PASSWORD)
    other.get_by_label("New password again").fill(PASSWORD)
    other.get_by_role("button", name="Set password").click()
    expect(other.get_by_role("heading", name="Your password is set")).to_be_visible()
    expect(enter({"email": email}).get_by_role("heading", name="Dashboard", level=1)).to_be_visible()


def test_what_support_may_not_do_is_not_shown_and_refused_until_it_is_given(page, enter, sam, full, console_messages):
    console_messages.expect_status(403)
    record = f"/admin/clients/{full['id']}"
    theirs = enter(sam)
    theirs.goto(record)
    expect(theirs.get_by_role("heading", level=1)).to_be_visible()
    expect(theirs.get_by_role("link", name="New Invoice")).to_have_count(0)
    expect(theirs.get_by_role("link", name="Staff")).to_have_count(0)
    for path in (f"{record}/invoices/new", "/admin/staff", "/admin/clients/new"):
        assert theirs.goto(path).status == 403
        expect(theirs.get_by_role("heading", name="You can't open this page")).to_be_visible()

    page.goto(f"/admin/staff/{sam['id']}")
    page.get_by_label("invoices.create for Sam Support").check()
    page.get_by_label("tickets.manage for Sam Support").uncheck()
    save(page)
    expect(page.get_by_role("row", name=re.compile(r"^invoices\.create"))).to_contain_text("Added")
    expect(page.get_by_role("row", name=re.compile(r"^tickets\.manage"))).to_contain_text("Removed")
    theirs.goto(record)
    expect(theirs.get_by_role("link", name="New Invoice").first).to_be_visible()

    page.get_by_role("button", name="Reset invoices.create").click()
    expect(page.get_by_role("row", name=re.compile(r"^invoices\.create"))).to_contain_text("As role")
    assert theirs.goto(f"{record}/invoices/new").status == 403


def test_a_role_leads_the_permissions_that_were_not_set_by_hand(page, sam, system):
    page.goto(f"/admin/staff/{sam['id']}")
    page.get_by_label("credits.add for Sam Support").check()
    page.get_by_role("radio", name=re.compile("^Admin")).check()
    save(page)
    account = system.get(f"/staff/{sam['id']}").json()
    assert (account["role"], account["overrides"], account["permissions"]["services.manage"]) == ("admin", {}, True)


def test_a_disabled_person_is_out_with_the_next_click(page, enter, sam):
    theirs = enter(sam)
    expect(theirs.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    page.goto(f"/admin/staff/{sam['id']}")
    page.get_by_role("link", name="Disable").click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(page.locator("#notice")).to_have_text("Account disabled")
    expect(page.locator(".rhead .st")).to_have_text("Disabled")
    theirs.reload()
    expect(theirs.get_by_role("heading", name="Staff sign in")).to_be_visible()


def test_a_second_factor_is_set_up_asked_for_and_its_backup_codes_work_once(enter, sam, console_messages):
    console_messages.expect_status(401)
    page = enter(sam)
    page.get_by_role("link", name=re.compile("Sam Support")).click()
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    app = pyotp.TOTP(page.locator("#secret").inner_text())
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_label("Code").fill(app.now())
    page.get_by_role("button", name="Turn on").click()
    codes = page.locator(".code-list li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 of 10 left")).to_be_visible()

    again = enter(sam)
    expect(again.get_by_role("heading", name="Second step")).to_be_visible()
    assert again.goto("/admin/clients").url.endswith("/admin/login?next=/admin/clients")
    again.goto("/admin/login/code?next=/admin/profile")
    again.get_by_label("Code").fill("000000")
    again.get_by_role("button", name="Continue").click()
    expect(again.get_by_role("alert")).to_contain_text("This code is wrong")
    again.get_by_label("Code").fill(codes[1])
    again.get_by_role("button", name="Continue").click()
    expect(again.get_by_role("heading", name="Your profile")).to_be_visible()

    for expected in ("Dashboard", "Second step"):
        third = enter(sam)
        third.get_by_label("Code").fill(codes[0])
        third.get_by_role("button", name="Continue").click()
        expect(third.get_by_role("heading", name=expected, level=1)).to_be_visible()


def test_a_token_is_shown_once_works_by_the_api_and_is_revoked(enter, sam, system):
    page = enter(sam)
    expect(page.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    page.goto("/admin/profile")
    page.get_by_role("link", name="New Token").click()
    page.get_by_label("Name").fill("Reporting")
    page.get_by_label("Only this:").check()
    page.get_by_label("clients.view").check()
    page.get_by_role("button", name="Make token").click()
    token = page.locator("#new-token").inner_text()
    page.goto("/admin/profile")
    assert token not in page.content() and page.get_by_text("Reporting").is_visible()

    def status(path: str) -> int:
        bearer = {"Authorization": f"Bearer {token}"}
        return requests.get(f"{system.origin}/api/v1{path}", headers=bearer, timeout=30).status_code

    assert (status("/clients"), status("/products")) == (200, 403)
    page.get_by_role("link", name="Revoke Reporting").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.locator("#notice")).to_have_text("Token revoked")
    assert status("/clients") == 401


def test_other_sessions_end_by_one_and_all_and_with_the_password(enter, sam):
    first, second, third = (enter(sam) for _ in range(3))
    for browser in (first, second, third):
        expect(browser.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    first.goto("/admin/profile")
    expect(first.get_by_text("This session")).to_have_count(1)
    first.get_by_role("button", name=re.compile("^End the session")).first.click()
    expect(first.get_by_role("button", name=re.compile("^End the session"))).to_have_count(1)
    first.get_by_role("link", name="End all other sessions").click()
    first.get_by_role("dialog").get_by_role("button", name="End all other sessions").click()
    expect(first.locator("#notice")).to_have_text("All other sessions ended")
    for browser in (second, third):
        browser.goto("/admin/profile")
        expect(browser.get_by_role("heading", name="Staff sign in")).to_be_visible()

    first.get_by_label("Current password").fill(PASSWORD)
    first.get_by_label(re.compile("^New password")).first.fill("another horse")
    first.get_by_label(re.compile("^New password again")).fill("another horse")
    first.get_by_role("button", name="Change password").click()
    expect(first.get_by_role("heading", name="Your password is set")).to_be_visible()
    expect(enter(sam, "another horse").get_by_role("heading", name="Dashboard", level=1)).to_be_visible()


def test_single_keys_can_be_turned_off_in_this_browser(page):
    page.goto("/admin/profile")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.goto("/admin/profile")
    expect(page.get_by_label("Single-key shortcuts")).not_to_be_checked()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Single-key shortcuts").check()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_without_script_an_account_is_changed_all_the_same(open_page, sam, system):
    page = open_page(java_script_enabled=False)
    page.goto(f"/admin/staff/{sam['id']}")
    page.get_by_label("Name").first.fill("Samira Support")
    page.get_by_role("button", name="Save changes").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Samira Support")
    page.get_by_role("link", name="Disable").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.locator(".rhead .st")).to_have_text("Disabled")
    assert system.get(f"/staff/{sam['id']}").json()["status"] == "disabled"


def test_a_session_that_was_left_open_types_the_password_before_credentials_change(
    enter, sam, system, console_messages
):
    console_messages.expect_status(403)
    console_messages.expect_status(422)
    page = enter(sam)
    expect(page.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    page.goto("/admin/profile")
    other = enter(sam)
    expect(other.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    page.reload()
    system.databases["clients"].tamper(
        f"UPDATE identity.sessions SET authenticated_at = now() - interval '11 minutes' WHERE staff_id = '{sam['id']}'"
    )
    page.get_by_role("link", name="End all other sessions").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Type your password once more")).to_be_visible()
    dialog.get_by_label("Your password").fill("not my password")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This is not your password.")
    dialog.get_by_label("Your password").fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="End all other sessions")).to_be_visible()
    page.get_by_role("button", name="End all other sessions").click()
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    expect(page.get_by_text("This session")).to_have_count(1)
    other.goto("/admin/profile")
    expect(other.get_by_role("heading", name="Staff sign in")).to_be_visible()
