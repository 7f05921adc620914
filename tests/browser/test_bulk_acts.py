"""Acts on many clients: selected in the list, looked at in a dry run, done by a job, undone."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.list_page import rows, shown_ids, turn_pages


@pytest.fixture
def mark() -> str:
    """A word that only the clients of this test have."""
    return f"bulk{uuid.uuid4().hex[:10]}"


@pytest.fixture
def tag(system, mark) -> dict:
    return system.post("/tags", {"name": f"Tag {mark}", "colour": "#4263eb"})


def make(system, mark: str, count: int) -> list[str]:
    return [system.new_client(company=f"{mark} {number:02}")["id"] for number in range(count)]


def tagged(system, tag: dict) -> set[str]:
    return {row["id"] for row in system.rows("/clients", tag=tag["id"], limit=100)}


def bar(page: Page):
    return page.get_by_role("toolbar", name="Act on the selected clients")


def select(page: Page, number: int) -> None:
    rows(page).nth(number).get_by_role("checkbox").check()


def dialog(page: Page):
    return page.get_by_role("dialog")


def add_tag(page: Page, tag: dict, clients: int) -> None:
    """From the selection to the job's page."""
    bar(page).get_by_role("button", name="Add tag").click()
    dialog(page).get_by_label("Tag").select_option(label=tag["name"])
    dialog(page).get_by_role("button", name="Show what will happen").click()
    expect(dialog(page)).to_contain_text("Nothing has changed yet")
    dialog(page).get_by_role("button", name=re.compile(rf"Add tag: {clients} client")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Add tag: "))


def expect_changed(page: Page, count: int) -> None:
    """Wait for the job's end."""
    expect(page.locator("#job .phead .st.done")).to_be_visible(timeout=30_000)
    expect(page.locator("#progress .big")).to_have_text(f"{count} changed")


def undo(page: Page, count: int) -> None:
    page.get_by_role("link", name="Undo", exact=True).click()
    dialog(page).get_by_role("button", name=re.compile(rf"Undo {count} client")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Undo: "))


def test_two_clients_are_tagged_and_the_job_is_undone(page, system, mark, tag):
    ids = make(system, mark, 3)
    page.goto(f"/admin/clients?q={mark}")
    expect(bar(page)).to_be_hidden()
    select(page, 0)
    select(page, 2)
    expect(bar(page)).to_contain_text("2 selected")
    add_tag(page, tag, 2)
    expect_changed(page, 2)
    assert tagged(system, tag) == {ids[0], ids[2]}
    expect(page.get_by_role("table", name="Result by row")).to_contain_text(f"{mark} 00")
    undo(page, 2)
    expect_changed(page, 2)
    assert tagged(system, tag) == set()


def test_all_that_match_are_selected_on_every_page(page, system, mark, tag):
    ids = make(system, mark, 28)
    page.goto(f"/admin/clients?q={mark}")
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(bar(page)).to_contain_text("25 selected")
    page.get_by_role("button", name="Select all 28 that match").click()
    expect(page.get_by_role("group", name="Whole selection")).to_contain_text("All 28 clients that match are selected")
    add_tag(page, tag, 28)
    expect_changed(page, 28)
    assert tagged(system, tag) == set(ids)


def test_more_than_an_act_takes_are_not_offered_but_a_condition_that_leaves_fewer(page, system, mark):
    make(system, mark, 26)
    page.goto(f"/admin/clients?q={mark}")
    page.locator("[data-pick-page]").evaluate("(box) => { box.dataset.most = '25'; }")
    page.get_by_role("checkbox", name="Select all on this page").check()
    whole = page.get_by_role("group", name="Whole selection")
    expect(whole).to_contain_text("An act takes 25 clients at most and 26 match: narrow the list down")
    expect(whole.get_by_role("button", name="Select all")).to_be_hidden()
    whole.get_by_role("button", name="Add a condition").click()
    expect(page.get_by_role("dialog").get_by_role("combobox").first).to_be_focused()


def test_what_is_selected_stays_marked_and_is_counted_anew_while_colleagues_work(page, system, mark):
    ids = make(system, mark, 26)
    page.goto(f"/admin/clients?q={mark}")
    expect(page.locator("#live-state")).to_have_text("Live")
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.get_by_role("button", name="Select all 26 that match").click()
    system.post(f"/clients/{ids[0]}/status", {"status": "inactive", "reason": "Left"})
    expect(rows(page).first).to_contain_text("Inactive")
    expect(rows(page).first).to_have_class(re.compile(r"\bsel\b"))
    system.new_client(company=f"{mark} 99")
    expect(bar(page)).to_contain_text("27 selected")
    whole = page.get_by_role("group", name="Whole selection")
    expect(whole).to_contain_text("All 27 clients that match are selected")


def test_all_of_a_saved_view_are_those_of_its_filter_and_no_others(page, system, mark, tag, new_view):
    ids = make(system, mark, 27)
    view = new_view(mark, filter=f'company : "{mark}"')
    page.goto(f"/admin/clients?view={view['id']}")
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.get_by_role("button", name="Select all 27 that match").click()
    add_tag(page, tag, 27)
    expect_changed(page, 27)
    assert tagged(system, tag) == set(ids)


def test_a_selection_is_kept_while_pages_are_turned_and_ends_with_clear(page, system, mark):
    make(system, mark, 27)
    page.goto(f"/admin/clients?q={mark}")
    select(page, 1)
    next(turn_pages(page, "Next"))
    expect(rows(page)).to_have_count(2)
    select(page, 0)
    expect(bar(page)).to_contain_text("2 selected")
    next(turn_pages(page, "Prev"))
    expect(rows(page).nth(1).get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Clear selection").click()
    expect(bar(page)).to_be_hidden()
    expect(page.locator("#rows [name=ids]:checked")).to_have_count(0)


def test_the_keyboard_selects_and_acts(page, system, mark, tag):
    ids = make(system, mark, 2)
    page.goto(f"/admin/clients?q={mark}")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar(page)).to_contain_text("1 selected")
    page.keyboard.press("x")
    expect(bar(page)).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    chosen = ids[shown_ids(page).index(ids[1])]
    bar(page).get_by_role("button", name="Add tag").focus()
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Tag")).to_be_focused()
    dialog(page).get_by_label("Tag").select_option(label=tag["name"])
    page.keyboard.press("Tab")
    dialog(page).get_by_role("button", name="Show what will happen").press("Enter")
    dialog(page).get_by_role("button", name="Add tag: 1 client").press("Enter")
    expect_changed(page, 1)
    assert tagged(system, tag) == {chosen}


def test_a_double_click_starts_one_job(page, system, mark, tag):
    make(system, mark, 1)
    before = system.get("/jobs").json()["page"]["total"]
    page.goto(f"/admin/clients?q={mark}")
    select(page, 0)
    bar(page).get_by_role("button", name="Add tag").click()
    dialog(page).get_by_label("Tag").select_option(label=tag["name"])
    dialog(page).get_by_role("button", name="Show what will happen").click()
    dialog(page).get_by_role("button", name="Add tag: 1 client").dblclick()
    expect_changed(page, 1)
    assert system.get("/jobs").json()["page"]["total"] == before + 1


def test_services_are_suspended_only_when_it_is_typed_and_come_back(page, system, mark, console_messages):
    console_messages.expect_status(422)
    price = {"billing_cycle": "monthly", "currency": "EUR", "amount": "24.00"}
    product = system.post("/products", {"name": f"Product {mark}", "prices": [price], "tax_rate": "20"})
    client_id = make(system, mark, 2)[0]
    ordered = system.post(
        f"/clients/{client_id}/orders", {"items": [{"product_id": product["id"], "billing_cycle": "monthly"}]}
    )
    system.post(f"/clients/{client_id}/orders/{ordered['id']}/approve", {})
    page.goto(f"/admin/clients?q={mark}")
    select(page, 0)
    select(page, 1)
    bar(page).get_by_role("button", name="Suspend services").click()
    dialog(page).get_by_label("Reason").select_option("Unpaid invoices")
    dialog(page).get_by_role("button", name="Show what will happen").click()
    expect(dialog(page)).to_contain_text("€24.00")
    expect(dialog(page)).to_contain_text("No service is active.")
    dialog(page).get_by_role("button", name="Suspend services: 1 client").click()
    expect(dialog(page)).to_contain_text("Confirmation: Fill this in.")
    dialog(page).get_by_label("Type suspend 1 to confirm").fill("suspend 1")
    dialog(page).get_by_role("button", name="Suspend services: 1 client").click()
    expect_changed(page, 1)
    services = f"/clients/{client_id}/services"
    assert [row["status"] for row in system.rows(services)] == ["suspended"]
    undo(page, 1)
    expect_changed(page, 1)
    assert [row["status"] for row in system.rows(services)] == ["active"]


def test_without_script_the_clients_of_the_page_are_acted_on(open_page, system, mark, tag):
    ids = make(system, mark, 2)
    page = open_page(java_script_enabled=False)
    page.goto(f"/admin/clients?q={mark}")
    select(page, 0)
    bar(page).get_by_role("button", name="Add tag").click()
    page.get_by_label("Tag").select_option(label=tag["name"])
    page.get_by_role("button", name="Show what will happen").click()
    page.get_by_role("button", name="Add tag: 1 client").click()
    expect(page.locator("#progress .big")).to_be_visible()
    page.goto("/admin/jobs")
    expect(page.get_by_role("table", name="Jobs, newest first").locator("tbody tr").first).to_contain_text("Add tag")
    assert tagged(system, tag) <= {ids[0]}
