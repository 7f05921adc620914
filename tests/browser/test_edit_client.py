"""Edit a client: its profile, also when somebody else saved meanwhile, and its tags; what the record and its log then
say."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.activity_page import in_log


@pytest.fixture
def client(system) -> dict:
    """A client who was just made."""
    return system.new_client(first_name="Imogen", last_name="Hartley", company="Brightwater Ltd", city="Bristol")


@pytest.fixture
def edit(client):
    """`edit(page)`: the form of `client`, come to by its link."""

    def opened(page: Page) -> Page:
        page.goto(f"/admin/clients/{client['id']}")
        page.get_by_role("link", name="Edit profile").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Edit Brightwater Ltd")
        return page

    return opened


def save(page: Page) -> None:
    page.get_by_role("button", name="Save changes").click()


def entry(page: Page, client: dict, action: str):
    """The entry of the client's log that says `action`."""
    return in_log(page, client, action).locator("li", has_text=action).first


def test_what_is_saved_stands_in_the_record_the_list_and_the_log(page, client, edit):
    edit(page)
    page.get_by_label("Company").fill("Zephyr & <b>Sons</b>")
    page.get_by_label("City").fill("Zürich 👩‍🚀")
    page.get_by_label("Country").select_option("CH")
    page.get_by_label("Tax exempt").check()
    save(page)
    expect(page).to_have_url(re.compile(rf"/admin/clients/{client['id']}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Zephyr & <b>Sons</b>")
    expect(page.get_by_role("region", name="Profile")).to_contain_text("Zürich 👩‍🚀")
    page.goto("/admin/clients?q=zephyr")
    expect(page.get_by_role("link", name="Zephyr & <b>Sons</b>")).to_be_visible()
    shown = entry(page, client, "changed company, city")
    expect(shown.locator("tr", has_text="Company")).to_contain_text(
        re.compile(r"Brightwater Ltd\s*Zephyr & <b>Sons</b>")
    )
    expect(shown.locator("tr", has_text="City")).to_contain_text(re.compile(r"Bristol\s*Zürich"))


def test_a_form_that_has_become_stale_stays_filled_and_shows_what_others_saved(
    open_page, client, edit, console_messages
):
    console_messages.expect_status(412)
    mine, theirs = edit(open_page()), edit(open_page())
    theirs.get_by_label("City").fill("Cardiff")
    theirs.get_by_label("Phone").fill("+44 29 2018 0000")
    save(theirs)
    expect(theirs).to_have_url(re.compile(rf"/admin/clients/{client['id']}$"))
    mine.get_by_label("Phone").fill("+44 20 7946 0182")
    mine.get_by_label("Postcode").fill("BS1 4RN")
    save(mine)
    alert = mine.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("2 fields need a look. Nothing was saved.")
    expect(alert).to_contain_text(re.compile("City: .+ saved “Cardiff” meanwhile. It stands here now."))
    expect(alert).to_contain_text(re.compile("Phone: .+ saved “\\+44 29 2018 0000” meanwhile. Saving again puts yours"))
    expect(mine.get_by_label("City")).to_have_value("Cardiff")
    expect(mine.get_by_label("Phone")).to_have_value("+44 20 7946 0182")
    expect(mine.get_by_label("Postcode")).to_have_value("BS1 4RN")
    save(mine)
    profile = mine.get_by_role("region", name="Profile")
    expect(profile).to_contain_text("Cardiff")
    expect(profile).to_contain_text("+44 20 7946 0182")
    expect(profile).to_contain_text("BS1 4RN")


def test_a_faulty_field_and_an_email_of_another_client_are_named(page, client, edit, system, console_messages):
    console_messages.expect_status(422, 409)
    other = system.new_client(company="Harbourline")
    edit(page)
    page.get_by_label("First name").fill("")
    page.get_by_label("City").fill("Bath")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("First name: Fill this in.")
    expect(page.get_by_label("City")).to_have_value("Bath")
    page.get_by_label("First name").fill("Imogen")
    page.get_by_label("Email").fill(other["profile"]["email"])
    save(page)
    expect(page.get_by_role("link", name="Harbourline", exact=True)).to_be_visible()
    page.get_by_label("It is meant").check()
    save(page)
    expect(page.get_by_role("region", name="Profile")).to_contain_text(other["profile"]["email"])


def test_tags_are_chosen_in_a_dialog_and_stand_on_the_record_and_in_the_log(page, client):
    name = f"late payer {uuid.uuid4().hex[:6]}"
    page.goto("/admin/tags")
    page.get_by_role("link", name="New Tag").click()
    dialog = page.get_by_role("dialog", name="New Tag")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Orange").check(force=True)
    dialog.get_by_role("button", name="New Tag").click()
    expect(page.get_by_role("row", name=re.compile(name))).to_be_visible()
    page.goto(f"/admin/clients/{client['id']}")
    page.get_by_role("link", name="Add tags").click()
    dialog = page.get_by_role("dialog", name="Tags")
    dialog.get_by_label(name).check()
    dialog.get_by_role("button", name="Save Tags").click()
    expect(page.locator("#summary .tags")).to_contain_text(name)
    expect(page.locator("#notice")).to_have_text("Tags saved")
    entry(page, client, f"changed the client's tags to {name}")


def test_without_script_a_profile_and_tags_are_edited_all_the_same(open_page, client, edit, system):
    page = edit(open_page(java_script_enabled=False))
    page.get_by_label("City").fill("Exeter")
    save(page)
    assert system.get(f"/clients/{client['id']}").json()["profile"]["city"] == "Exeter"
    page.get_by_role("link", name="Add tags").click()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save Tags").click()
    expect(page).to_have_url(re.compile(rf"/admin/clients/{client['id']}$"))
    assert len(system.get(f"/clients/{client['id']}/tags").json()["data"]) == 1


def test_on_a_phone_the_form_fits_the_screen(phone, edit):
    edit(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
