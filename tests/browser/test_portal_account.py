"""A client's people and how they sign in: from an invitation in the mail to the second factor, in the browser."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accessibility import AXE, NOTHING, axe_in_all_themes

PASSWORD, NEW = "battery staple horse", "another battery staple"
INVITATION = "Your invitation to the client portal"


@pytest.fixture
def client(system) -> dict:
    """A client that was just made; its owner is not in the portal yet."""
    return system.new_client(company="Brightwater Studio", first_name="Imogen", last_name="Hartley")


@pytest.fixture
def stranger(system, open_page) -> Page:
    """A page on the portal of a browser that nobody has signed in with."""
    return open_page(storage_state=None, base_url=system.portal_origin)


def email_of(client: dict) -> str:
    return client["profile"]["email"]


def accept(system, page: Page, client: dict) -> str:
    """Have staff invite the owner, and accept what is in the mail, which signs them in; its link."""
    path = f"/clients/{client['id']}/contacts"
    system.post(f"{path}/{system.rows(path)[0]['id']}/invite", {})
    link = system.mailed_link(email_of(client), INVITATION)
    page.goto(link)
    expect(page.get_by_text("You are invited to the portal of Brightwater Studio.")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page).to_have_url(re.compile("/dashboard$"))
    return link


def sign_in(page: Page, client: dict, password: str = PASSWORD) -> None:
    page.get_by_label("Email").fill(email_of(client))
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_somebody_accepts_an_invitation_and_keeps_the_account_and_its_people(system, stranger, client):
    page = stranger
    accept(system, page, client)
    page.goto("/client/profile")
    page.get_by_label("City").fill("Bristol")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_label("City")).to_have_value("Bristol")

    page.goto("/client/contacts")
    page.get_by_role("link", name="Add Contact").click()
    dialog = page.get_by_role("dialog")
    for label, value in (("First name", "Grace"), ("Last name", "Bellamy"), ("Email", f"g-{email_of(client)}")):
        dialog.get_by_label(label).fill(value)
    dialog.get_by_label("Role").select_option("billing")
    dialog.get_by_role("button", name="Add Contact").click()
    row = page.get_by_role("row", name=re.compile("Grace Bellamy"))
    expect(row).to_contain_text("Invoices and payments")
    row.get_by_role("link", name="Invite Grace Bellamy").click()
    dialog.get_by_role("button", name="Mail the invitation").click()
    expect(row).to_contain_text("Invited")
    assert "/client/invitation/" in system.mailed_link(f"g-{email_of(client)}", INVITATION)

    page.goto("/client/access")
    expect(page.get_by_role("listitem").first).to_contain_text("You signed in")


def test_a_forgotten_password_and_a_second_factor(system, stranger, client, console_messages):
    console_messages.expect_status(401)
    page = stranger
    accept(system, page, client)
    page.goto("/client/login")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Email").fill(email_of(client))
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.goto(system.mailed_link(email_of(client), "Set a new password"))
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.get_by_role("button", name="Set password").click()
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, client, PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("Email or password is wrong.")
    sign_in(page, client, NEW)
    expect(page).to_have_url(re.compile("/dashboard$"))

    page.goto("/client/profile/second-factor/begin")
    page.get_by_label("Current password").fill(NEW)
    page.get_by_role("button", name="Go on").click()
    app = pyotp.TOTP(page.locator("#secret").inner_text())
    page.get_by_label("Code").fill(app.now())
    page.get_by_role("button", name="Turn on").click()
    codes = page.locator(".code-list li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/client/profile")
    sign_in(page, client, NEW)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code").fill(app.at(time.time() - 3600))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/client/profile$"))
    expect(page.get_by_text("9 of 10 backup codes left")).to_be_visible()


def test_one_email_of_two_clients_chooses_and_switches(system, stranger, client):
    page = stranger
    first = accept(system, page, client)
    other = system.new_client(company="Alder & Sons", email=email_of(client), allow_duplicate_email=True)
    path = f"/clients/{other['id']}/contacts"
    system.post(f"{path}/{system.rows(path)[0]['id']}/invite", {})
    page.goto(system.mailed_link(email_of(client), INVITATION, first))
    expect(page.get_by_text("Your email has a password here already.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_role("button", name="Alder & Sons").click()
    expect(page).to_have_url(re.compile("/dashboard$"))
    page.goto("/client/contacts")
    expect(page.get_by_text("Everyone who can sign in for Alder & Sons")).to_be_visible()
    page.locator("details.menu summary").click()
    page.get_by_role("link", name="Switch client").click()
    page.get_by_role("button", name="Brightwater Studio").click()
    expect(page.get_by_text("Brightwater Studio").first).to_be_visible()


def test_axe_finds_nothing_serious_on_the_pages_of_the_account(system, chromium, client):
    context = chromium.new_context(
        base_url=system.portal_origin, bypass_csp=True, viewport=DESKTOP, reduced_motion="reduce"
    )
    context.add_init_script(path=AXE)
    page = context.new_page()
    found = {}

    def look(address: str) -> None:
        page.goto(address)
        found[address] = (
            axe_in_all_themes(page),
            page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"],
        )

    accept(system, page, client)
    for address in ("/client/login", "/client/password"):
        look(address)
    sign_in_at = page.goto("/client/login")
    assert sign_in_at.status == 200
    sign_in(page, client)
    expect(page).to_have_url(re.compile("/dashboard$"))
    for address in (
        "/client/choose",
        "/client/profile",
        "/client/profile/email",
        "/client/contacts",
        "/client/contacts/new",
        "/client/access",
    ):
        look(address)
    context.close()
    assert {address: what for address, what in found.items() if what != (NOTHING, True)} == {}
