"""The palette over each page: by keyboard, to a screen reader, with late answers and slow services, for whoever may; and
the page of results without JavaScript."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import AXE, RUN_AXE
from tests.support.browser.list_page import ROWS
from tests.support.browser.system import STAFF_PASSWORD

NAME = f"{ROWS} a.nm"
ANSWER = "**/admin/palette?*"


@pytest.fixture(scope="module")
def known(system) -> dict:
    """A client whose name nothing else has, with a contact of another name."""
    mark = f"Zyx{uuid.uuid4().hex[:8]}"
    client = system.new_client(company=f"{mark} Ltd", first_name="Conan", last_name="O’Brien", phone="+49 711 2842222")
    person = {"first_name": "Jo", "last_name": f"Brigham{mark[3:]}", "email": f"{mark}@second.example"}
    system.post(f"/clients/{client['id']}/contacts", {**person, "role": "billing"})
    return {**client, "mark": mark, "path": f"/admin/clients/{client['id']}"}


def box(page: Page) -> Locator:
    """The palette's text."""
    return page.get_by_role("combobox", name="Find anything or run a command")


def options(page: Page) -> Locator:
    """What it shows."""
    return page.locator("#palette").get_by_role("option")


def selected(page: Page) -> Locator:
    """The option that Enter opens."""
    return page.locator("#palette [role=option][aria-selected=true]")


def find(page: Page, typed: str) -> None:
    """Open the palette and type."""
    page.keyboard.press("Control+k")
    expect(box(page)).to_be_focused()
    box(page).fill(typed)


def expect_settled(page: Page) -> None:
    """Wait until what is shown is the answer to what is typed."""
    expect(page.locator("#palette-list:not([data-stale]) #palette-options")).to_have_count(1)


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k"])
def test_arrows_and_enter_open_what_is_found_and_escape_gives_the_focus_back(page, known, keys):
    page.goto("/admin/clients")
    search = page.get_by_label("Search name, company, email or phone")
    search.focus()
    page.keyboard.press(keys)
    expect(box(page)).to_be_focused()
    page.keyboard.type(known["mark"], delay=20)
    first = options(page).first
    expect(first).to_contain_text(known["name"])
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(selected(page)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    assert box(page).get_attribute("aria-activedescendant") == selected(page).get_attribute("id")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(search).to_be_focused()
    find(page, known["mark"])
    expect(first).to_contain_text(known["name"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{known['path']}$"))


def test_control_enter_opens_a_tab_of_its_own(page, known):
    page.goto("/admin/profile")
    find(page, known["mark"])
    expect(options(page).first).to_contain_text(known["name"])
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    expect(opened.value).to_have_url(re.compile(f"{known['path']}$"))
    opened.value.close()
    expect(page).to_have_url(re.compile("/admin/profile$"))
    expect(box(page)).to_be_focused()


def test_slash_stays_the_lists(page):
    page.goto("/admin/clients")
    page.keyboard.press("/")
    expect(page.get_by_label("Search name, company, email or phone")).to_be_focused()
    expect(page.locator("#palette")).to_be_hidden()


def test_a_screen_reader_is_told_of_groups_options_and_how_many_there_are(page, known):
    page.goto("/admin/profile")
    find(page, known["mark"])
    palette = page.get_by_role("dialog", name="Find or run a command")
    results = palette.get_by_role("listbox", name="Results")
    expect(results.get_by_role("group", name="Clients").get_by_role("option", name=known["name"])).to_have_count(1)
    expect(results.get_by_role("group", name="Contacts").get_by_role("option", name="Jo Brigham")).to_have_count(1)
    expect(palette.get_by_role("status")).to_have_text("2 results")
    assert box(page).get_attribute("aria-controls") == results.get_attribute("id")
    box(page).fill(f"{known['mark']} zzz")
    expect(palette.get_by_role("status")).to_contain_text("0 results. Nothing is called")
    expect(box(page)).to_have_attribute("aria-expanded", "false")


def test_axe_finds_nothing_that_matters_in_it(page, known):
    page.add_init_script(path=AXE)
    page.goto("/admin/profile")
    find(page, known["mark"])
    expect(options(page).first).to_be_visible()
    assert page.evaluate(RUN_AXE) == []


@pytest.mark.parametrize("typed", ["conan o'brien", "O’Brien, Conan", "0711 284 22 22", "+49 (0)711/2842222"])
def test_what_matched_is_marked_in_any_notation(page, known, typed):
    page.goto("/admin/profile")
    find(page, typed)
    option = options(page).filter(has_text=known["name"]).first
    expect(option.locator("mark").first).to_be_visible()


def test_a_late_answer_never_stands_in_place_of_a_newer_one_and_enter_waits_for_its_own(page, known):
    page.goto("/admin/profile")
    held = []
    page.route(ANSWER, lambda route: held.append(route) if "q=suspended" in route.request.url else route.continue_())
    with page.expect_request(lambda request: "q=suspended" in request.url):
        find(page, "suspended")
    box(page).fill(known["mark"])
    expect(options(page).first).to_contain_text(known["name"])
    for route in held:
        route.fulfill(body="<div role='listbox' id='palette-options'><a role='option' href='/x'>Old</a></div>")
    expect(options(page).filter(has_text="Old")).to_have_count(0)
    box(page).fill("import csv")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/clients/import$"))


def test_typing_asks_once_it_pauses(page):
    page.goto("/admin/profile")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/admin/palette" in request.url else None)
    page.keyboard.press("Control+k")
    expect(options(page).first).to_be_visible()
    box(page).press_sequentially("suspended clients", delay=5)
    expect(options(page).first).to_contain_text("Suspended clients")
    expect_settled(page)
    assert len(asked) <= 4, asked


def test_before_text_stand_the_clients_opened_last_and_commands_and_one_space_is_no_text(page, known, full):
    page.goto(f"/admin/clients/{full['id']}")
    page.goto(known["path"])
    page.goto("/admin/profile")
    page.keyboard.press("Control+k")
    group = page.get_by_role("group", name="Recently opened")
    expect(group.get_by_role("option")).to_have_text(
        [re.compile(re.escape(known["name"])), re.compile(re.escape(full["name"]))]
    )
    expect(page.get_by_role("group", name="Commands").get_by_role("option", name="New Client")).to_be_visible()
    box(page).fill(" ")
    expect_settled(page)
    expect(group.get_by_role("option")).to_have_count(2)
    box(page).fill("zy")
    expect(page.locator("#palette")).to_contain_text("Three characters find clients")


def test_a_command_is_run_for_the_client_of_the_record_or_for_one_that_is_named(page, known):
    page.goto(known["path"])
    find(page, "new inv")
    expect(selected(page)).to_have_text(re.compile(f"New Invoice for {known['name']}"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{known['path']}/invoices/new$"))
    page.goto("/admin/profile")
    page.evaluate("localStorage.clear()")
    find(page, "add credit")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("Add Credit ")
    page.keyboard.type(known["mark"], delay=10)
    expect(selected(page)).to_have_text(re.compile(f"Add Credit to {known['name']}"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{known['path']}/credits/new$"))


def test_numbers_are_found_as_people_write_them(page, system, full):
    number = system.rows(f"/clients/{full['id']}/invoices", status="paid")[0]["number"]
    page.goto("/admin/profile")
    find(page, f"invoice {int(number.split('-')[1])}")
    expect(page.get_by_role("group", name="Exact number").get_by_role("option")).to_contain_text([number])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/invoices/[0-9a-f-]{36}$"))


def test_a_service_that_is_slow_is_left_out_and_named(page, system, known):
    page.goto("/admin/profile")
    with system.without("billing"):
        find(page, known["mark"])
        expect(options(page).first).to_contain_text(known["name"])
        expect(page.locator("#palette")).to_contain_text("Not all could be searched: billing did not answer.")


def test_no_answer_is_said_and_enter_asks_again(page, known, console_messages):
    console_messages.expect_status(503)
    page.goto("/admin/profile")
    page.route(ANSWER, lambda route: route.fulfill(status=503, body="<h1>Busy</h1>"))
    find(page, known["mark"])
    expect(page.locator("#palette-list:not([data-stale])")).to_have_text(
        "No answer just now. Press Enter to try again."
    )
    page.unroute(ANSWER)
    page.keyboard.press("Enter")
    expect(options(page).first).to_contain_text(known["name"])


def test_nobody_is_shown_what_he_may_not_read_or_do(open_page, system, full):
    email = f"{uuid.uuid4().hex}@example.com"
    account = {"name": "Sam Support", "email": email, "role": "support", "password": STAFF_PASSWORD}
    system.post("/staff", {**account, "permissions": {"invoices.view": False}})
    page = open_page(storage_state=None)
    page.goto("/admin/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Dashboard", level=1)).to_be_visible()
    number = system.rows(f"/clients/{full['id']}/invoices", status="paid")[0]["number"]
    find(page, number)
    expect(page.locator("#palette")).to_contain_text("Nothing is called")
    box(page).fill("new client")
    expect_settled(page)
    expect(options(page).filter(has_text="New Client")).to_have_count(0)
    box(page).fill("add note")
    expect(options(page).first).to_contain_text("Add Note")


def test_the_box_of_the_page_hands_over_to_the_palette(page, known):
    page.goto("/admin/profile")
    everything = page.get_by_role("searchbox", name="Search everything")
    everything.click()
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(everything).to_be_focused()
    page.keyboard.type("zy")
    expect(box(page)).to_be_focused()
    page.keyboard.type(known["mark"][2:], delay=10)
    expect(box(page)).to_have_value(re.compile(known["mark"], re.I))
    expect(options(page).first).to_contain_text(known["name"])


def test_without_javascript_the_form_leads_to_the_results(open_page, known):
    plain_page = open_page(java_script_enabled=False)
    plain_page.goto("/admin/profile")
    plain_page.get_by_role("searchbox", name="Search everything").fill(known["mark"])
    plain_page.keyboard.press("Enter")
    expect(plain_page).to_have_url(re.compile("/admin/search"))
    expect(plain_page.get_by_role("heading", name="Clients")).to_be_visible()
    expect(plain_page.locator(f'main a[href="{known["path"]}"]')).to_have_count(1)


@pytest.mark.parametrize("width", [360, 390, 820, 900, 1100, 1440])
def test_the_box_and_the_palette_fit_each_width(page, known, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/admin/search")
    find(page, known["mark"])
    expect(options(page).first).to_be_visible()
    edges = page.locator("#palette").bounding_box()
    assert edges["x"] >= 0 and edges["x"] + edges["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
