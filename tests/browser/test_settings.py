"""What admins define: groups, tags, custom fields; and a client's values of these."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_edit_client import entry
from tests.support.browser.system import wait_until


@pytest.fixture
def name() -> str:
    """A name that nothing has yet."""
    return f"Made {uuid.uuid4().hex[:8]}"


def dialog_of(page: Page, opener: str, title: str) -> Locator:
    page.get_by_role("link", name=opener).click()
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    return dialog


def entry_of_all(page: Page, action: str) -> Locator:
    """The entry of the log of all that says `action`; the log is written soon after the change."""
    found = page.get_by_role("row", name=re.compile(re.escape(action)))

    def written() -> int:
        page.goto("/admin/activity?category=Settings")
        return found.count()

    wait_until(written, f"an entry that says {action!r}")
    return found


def test_a_group_is_made_changed_and_given_to_a_client(page, name, system, console_messages):
    console_messages.expect_status(409, 422)
    page.goto("/admin/clients")
    page.get_by_role("link", name="Client Groups").click()
    expect(page.get_by_role("link", name="Client Groups")).to_have_attribute("aria-current", "page")
    dialog = dialog_of(page, "New Group", "New Group")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Discount, %").fill("120")
    dialog.get_by_role("button", name="New Group").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Name: Fill this in.")
    expect(dialog.get_by_role("alert")).to_contain_text("Discount, %: A percentage from 0 to 100")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Discount, %").fill("7.50")
    dialog.get_by_label("Violet").check(force=True)
    dialog.get_by_label("Description").fill("<i>Priority</i>")
    dialog.get_by_role("button", name="New Group").click()
    row = page.get_by_role("row", name=re.compile(name))
    expect(row).to_contain_text("7.5%")
    expect(row).to_contain_text("<i>Priority</i>")
    expect(row.locator("svg.kt")).to_have_attribute("fill", "#8b5cf6")
    dialog = dialog_of(page, f"Edit {name}", f"Edit {name}")
    expect(dialog.get_by_label("Violet")).to_be_checked()
    dialog.get_by_label("Pick a colour").fill("#123456")
    expect(dialog.get_by_label("Own colour")).to_be_checked()
    dialog.get_by_role("button", name="Save Group").click()
    expect(row.locator("svg.kt")).to_have_attribute("fill", "#123456")
    shown = entry_of_all(page, f"changed colour of the client group {name}")
    shown.get_by_text("1 changed field").click()
    expect(shown.locator("del")).to_have_text("#8b5cf6")
    expect(shown.locator("ins")).to_have_text("#123456")
    client = system.new_client()
    page.goto(f"/admin/clients/{client['id']}/edit")
    page.get_by_label("Group").select_option(label=name)
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#rhead .group")).to_have_text(name)
    entry(page, client, f"moved the client to the group {name}")
    page.goto("/admin/client-groups")
    page.get_by_role("link", name=f"1 client in {name}").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)


def test_a_name_that_is_taken_stays_in_the_form_with_its_refusal(page, console_messages):
    console_messages.expect_status(409)
    page.goto("/admin/tags")
    taken = page.locator(".ctag bdi").first.inner_text()
    dialog = dialog_of(page, "New Tag", "New Tag")
    dialog.get_by_label("Name").fill(taken.upper())
    dialog.get_by_role("button", name="New Tag").click()
    expect(dialog.get_by_role("alert")).to_contain_text(f"{taken} exists already.")
    expect(dialog.get_by_label("Name")).to_have_value(taken.upper())


def add_field(page: Page, label: str, kind: str, options: str = "", required: bool = False) -> None:
    dialog = dialog_of(page, "Add Field", "Add Field")
    dialog.get_by_label("Label").fill(label)
    dialog.get_by_label("Type").select_option(kind)
    expect(dialog.get_by_label("Options")).to_be_visible(visible=kind == "select")
    if options:
        dialog.get_by_label("Options").fill(options)
    dialog.get_by_role("checkbox").set_checked(required)
    dialog.get_by_label("Client can view").check()
    dialog.get_by_role("button", name="Add Field").click()
    expect(page.get_by_role("row", name=re.compile(label))).to_contain_text("Client can view")


def test_fields_are_added_ordered_filled_in_and_kept_from_harm(page, name, system, console_messages):
    console_messages.expect_status(409, 422)
    client, plan, note = system.new_client(), f"{name} plan", f"{name} note"
    page.goto("/admin/settings/custom-fields")
    add_field(page, plan, "select", "Gold\n\nTin\n")
    add_field(page, note, "textarea")
    labels = page.locator("tbody .nm")
    expect(labels.last).to_have_text(note)
    page.get_by_role("button", name=f"Move {note} up").click()
    expect(labels.last).to_have_text(plan)
    page.goto(f"/admin/clients/{client['id']}")
    page.get_by_role("tab", name="Custom Fields").click()
    panel = page.locator("#panel")
    panel.get_by_label(plan).select_option("Tin")
    panel.get_by_label(note).fill("First line\n<script>alert(1)</script>")
    panel.get_by_role("button", name="Save").click()
    expect(page.locator("#notice")).to_have_text("Custom fields saved")
    expect(panel.get_by_label(plan)).to_have_value("Tin")
    shown = entry(page, client, f"changed {note} and {plan}")
    expect(shown.locator("tr", has_text=note)).to_contain_text("<script>alert(1)</script>")
    page.goto("/admin/settings/custom-fields")
    dialog = dialog_of(page, f"Edit {plan}", f"Edit {plan}")
    dialog.get_by_label("Options").fill("Gold")
    dialog.get_by_role("button", name="Save Field").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Options: Still in use by clients: Tin.")
    dialog.get_by_label("Options").fill("Gold\nTin\nLead")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Save Field").click()
    expect(page.get_by_role("row", name=re.compile(plan))).to_contain_text("Yes")
    page.goto(f"/admin/clients/{client['id']}/custom-fields")
    panel.get_by_label(plan).select_option("")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("alert")).to_contain_text(f"{plan}: Fill this in.")
    panel.get_by_label(plan).select_option("Lead")
    panel.get_by_role("button", name="Save").click()
    shown = entry(page, client, f"changed {plan}")
    expect(shown.locator("tr", has_text=plan)).to_contain_text(re.compile(r"Tin\s*Lead"))
    page.goto("/admin/settings/custom-fields")
    dialog = dialog_of(page, f"Edit {plan}", f"Edit {plan}")
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Save Field").click()
    expect(dialog).not_to_be_visible()


def test_what_was_typed_as_options_of_a_select_is_not_sent_for_a_text(page, name):
    page.goto("/admin/settings/custom-fields")
    dialog = dialog_of(page, "Add Field", "Add Field")
    dialog.get_by_label("Label").fill(name)
    dialog.get_by_label("Type").select_option("select")
    dialog.get_by_label("Options").fill("Gold")
    dialog.get_by_label("Type").select_option("text")
    dialog.get_by_role("button", name="Add Field").click()
    expect(page.get_by_role("row", name=re.compile(name))).to_contain_text("Text")


@pytest.mark.parametrize(("theme", "colour"), [("dark", "#13171f"), ("light", "#ffffff")])
def test_a_colour_as_that_of_the_page_is_seen_all_the_same(open_page, system, name, theme, colour):
    system.post("/client-groups", {"name": name, "colour": colour})
    page = open_page(color_scheme=theme)
    page.goto("/admin/client-groups")
    mark = page.get_by_role("row", name=re.compile(name)).locator("svg.kt .s")
    drawn = mark.evaluate("mark => [getComputedStyle(mark).stroke, getComputedStyle(mark.closest('td')).color]")
    strength = float(re.search(r"/ ([\d.]+)\)", drawn[0])[1])
    assert strength >= {"dark": 0.5, "light": 0.2}[theme]


def test_without_script_a_field_is_added_and_moved(open_page, name):
    page = open_page(java_script_enabled=False)
    page.goto("/admin/settings/custom-fields")
    page.get_by_role("link", name="Add Field").click()
    page.get_by_label("Label").fill(name)
    page.get_by_role("button", name="Add Field").click()
    expect(page.locator("tbody .nm").last).to_have_text(name)
    page.get_by_role("button", name=f"Move {name} up").click()
    expect(page.locator("tbody .nm").last).not_to_have_text(name)


@pytest.mark.parametrize("path", ["/admin/client-groups", "/admin/tags", "/admin/settings/custom-fields"])
def test_on_a_phone_lists_and_dialogs_fit_the_screen(phone, path):
    phone.goto(path)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("link", name=re.compile("^(New|Add)")).click()
    dialog = phone.get_by_role("dialog")
    expect(dialog).to_be_visible()
    box = dialog.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
