"""The log that proves itself: the badge of the chain, a broken chain, requests with what they set off, exports, all
clients."""

import csv
import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accessibility import AXE, NOTHING, axe_in_all_themes
from tests.support.browser.system import CHECKOUT, STAFF_NAME, wait_until

NOTES = 6


def client_with_notes(system, name: str) -> dict:
    """A client of its own whose log has eight entries: two of its making, six notes."""
    made = system.new_client(company=name)
    for number in range(NOTES):
        system.post(f"/clients/{made['id']}/notes", {"body": f"Note {number}", "sticky": False})
    wait_until(
        lambda: len(system.rows(f"/clients/{made['id']}/activity")) == NOTES + 2, "the entries of the new client"
    )
    return made


@pytest.fixture(scope="module")
def noted(system) -> dict:
    return client_with_notes(system, "Chain Works Ltd")


@pytest.fixture(scope="module")
def broken(system) -> dict:
    """A client the fourth entry of whose log was changed behind everybody's back."""
    made = client_with_notes(system, "Tampered Ltd")
    system.databases["audit"].tamper(
        f"UPDATE entries SET facts = (facts::jsonb || '{{\"forged\": true}}')::json WHERE chain = '{made['id']}' AND seq = 4"
    )
    return made


@pytest.fixture(scope="module")
def probed(chromium, system, signed_in) -> Page:
    """A page that axe may be put into."""
    context = chromium.new_context(
        base_url=system.origin, storage_state=signed_in, bypass_csp=True, viewport=DESKTOP, reduced_motion="reduce"
    )
    context.add_init_script(path=AXE)
    yield context.new_page()
    context.close()


def log_of(client: dict) -> str:
    return f"/admin/clients/{client['id']}/activity"


def test_the_badge_says_that_the_chain_is_verified_and_verify_says_it_again(page, noted):
    page.goto(log_of(noted))
    expect(page.locator("#panel .chain")).to_have_text("Chain verified")
    expect(page.locator("#chain-d")).to_contain_text("8 entries, each sealed with the hash of the one before")
    page.get_by_role("link", name="Verify").click()
    expect(page.locator("#panel .chain")).to_have_text("Chain verified")
    expect(page.get_by_role("tab", name=re.compile("^Activity Log"))).to_have_attribute("aria-selected", "true")


def test_the_log_is_searched_by_words_and_says_how_to_go_on_where_there_are_none(page, noted):
    page.goto(log_of(noted))
    entries = page.locator("#panel ol.tl > li")
    page.keyboard.press("/")
    expect(page.get_by_label("Search what entries say")).to_be_focused()
    page.keyboard.type("billing account opened")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=billing(\+|%20)account(\+|%20)opened$"))
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("opened the billing account in EUR")
    page.get_by_label("Search what entries say").fill("nothing of this kind")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="No entries match these filters")).to_be_visible()
    page.get_by_label("Search what entries say").fill("???")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("alert")).to_contain_text("A word or a number.")
    page.goto("/admin/activity?q=chain+works+created")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("link", name="Export CSV")).to_have_attribute(
        "href", re.compile(r"q=chain\+works\+created")
    )


def test_a_request_stands_once_with_what_it_set_off_in_another_service(page, noted):
    page.goto(log_of(noted))
    request = page.locator("#panel ol.tl > li").filter(has_text="created the client")
    expect(request).to_have_count(1)
    effects = request.get_by_role("list", name="What this request set off").get_by_role("listitem")
    expect(effects).to_have_text(re.compile(r"System opened the billing account in EUR"))
    request.locator(".refs a[href*='cause=']").click()
    expect(page).to_have_url(re.compile(r"\?cause="))
    expect(page.locator("#panel ol.tl > li")).to_have_count(1)
    expect(page.locator("#panel")).to_contain_text("One request and what it set off")


def test_a_broken_chain_is_shown_where_it_breaks_and_stays_readable(page, broken):
    page.goto(log_of(broken))
    expect(page.locator("#panel .chain")).to_have_text("Chain broken at entry 4")
    alert = page.locator("#panel").get_by_role("alert")
    expect(alert).to_contain_text("Entry 4 was changed after it was sealed.")
    expect(alert).to_contain_text("entries 4 to 8 can't be proved. Entries 1 to 3 are intact.")
    entry = page.locator("#e4")
    hashes = entry.locator("dl.facts dd").all_inner_texts()
    assert hashes[0] == "4"
    assert all(re.fullmatch("[0-9a-f]{64}", text) for text in hashes[1:])
    assert hashes[1] != hashes[2]
    expect(page.locator(".cutline")).to_have_text("Below this line the chain is intact, entries 1 to 3")
    places = page.locator("#panel ol.tl > li, .cutline").evaluate_all("all => all.map(one => one.className)")
    assert places == ["", "", "", "", "brk", "cutline", "", "", ""]
    alert.get_by_role("link", name="Go to entry 4").click()
    expect(page).to_have_url(re.compile(r"below=9#e4$"))
    expect(page.locator("#e4")).to_be_in_viewport()
    page.get_by_role("link", name="Verify again").click()
    expect(page.locator("#panel .chain")).to_have_text("Chain broken at entry 4")


def test_the_evidence_convinces_the_offline_verifier(page, system, broken, tmp_path):
    page.goto(log_of(broken))
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the evidence").click()
    evidence = tmp_path / started.value.suggested_filename
    started.value.save_as(evidence)
    checkpoints = system.folder / "checkpoints.jsonl"
    done = subprocess.run(
        [
            sys.executable,
            str(CHECKOUT / "tools" / "ops" / "audit_verify.py"),
            str(evidence),
            str(checkpoints),
            "--key",
            str(system.folder / "audit.pub"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "entry 4 was changed after it was sealed" in done.stdout


def test_the_log_of_one_client_is_downloaded_as_csv_with_the_filters_that_are_set(page, noted, tmp_path):
    page.goto(f"{log_of(noted)}?category=Notes")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export CSV").click()
    file = tmp_path / "log.csv"
    started.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["action"] for row in rows] == ["added a note"] * NOTES
    assert {row["actor"] for row in rows} == {STAFF_NAME}


def test_the_log_of_all_clients_is_in_the_sidebar_and_leads_to_each(page, noted):
    page.goto("/admin/clients")
    page.get_by_role("navigation", name="Primary").get_by_role("link", name="Activity Log").click()
    expect(page.get_by_role("heading", name="Activity Log", level=1)).to_be_visible()
    expect(page.locator("#main .chain")).to_have_text("System chain verified")
    columns = page.get_by_role("columnheader").all_inner_texts()
    assert columns == ["Timestamp (UTC)", "Actor", "Action", "Entity type", "Entity ID", "Client", "IP address"]
    row = page.get_by_role("row").filter(has_text="Chain Works Ltd").first
    expect(row).to_contain_text(STAFF_NAME)
    expect(row).to_contain_text("added a note")
    row.get_by_role("link", name="Chain Works Ltd").click()
    expect(page).to_have_url(re.compile(f"{log_of(noted)}$"))


def test_the_log_of_all_is_narrowed_by_category_actor_and_days(page, system, noted):
    page.goto("/admin/activity")
    page.get_by_role("combobox", name="Category").select_option(label="Staff")
    expect(page).to_have_url(re.compile(r"category=Staff"))
    expect(page.get_by_role("cell", name=re.compile("signed in")).first).to_be_visible()
    page.get_by_role("combobox", name="Actor").select_option(label="Clients and contacts")
    expect(page.get_by_role("heading", name="No entries match these filters")).to_be_visible()
    page.locator("#main").get_by_role("link", name="Clear filters").first.click()
    expect(page).to_have_url(re.compile(r"/admin/activity$"))
    expect(page.get_by_role("heading", name="No entries match these filters")).to_have_count(0)
    page.get_by_role("combobox", name="Actor").select_option(label=STAFF_NAME)
    expect(page).to_have_url(re.compile(r"actor=[0-9a-f-]{36}"))
    expect(page.locator("td[data-l=Actor] b").first).to_have_text(STAFF_NAME)
    assert set(page.locator("td[data-l=Actor] b").all_inner_texts()) == {STAFF_NAME}
    page.get_by_role("textbox", name="To", exact=True).fill("2001-01-01")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="No entries match these filters")).to_be_visible()


def test_a_day_that_cannot_be_read_is_named_and_the_log_is_shown_without_it(page):
    page.goto("/admin/activity?from=yesterday")
    expect(page.get_by_role("alert")).to_contain_text("A date such as 2026-11-22")
    expect(page.locator("#log-from")).to_have_attribute("aria-invalid", "true")
    assert page.get_by_role("row").count() > 1


def test_the_log_of_all_pages_by_keys_and_back(page):
    page.goto("/admin/activity")
    times = page.locator("tbody time")
    first = times.evaluate_all("all => all.map(one => one.dateTime)")
    assert first == sorted(first, reverse=True)
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile("after="))
    expect(times.first).not_to_have_attribute("datetime", first[0])
    assert times.first.get_attribute("datetime") <= first[-1]
    page.keyboard.press("[")
    expect(page).to_have_url(re.compile("before="))
    expect(times.first).to_have_attribute("datetime", first[0])


def test_the_whole_log_is_downloaded_and_verifies_but_for_the_client_that_was_tampered_with(
    page, system, broken, tmp_path
):
    page.goto("/admin/activity")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export JSONL").click()
    file = tmp_path / "log.jsonl"
    started.value.save_as(file)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[-1]["end"]["entries"] == len(lines) - 2 > 1000
    done = subprocess.run(
        [
            sys.executable,
            str(CHECKOUT / "tools" / "ops" / "audit_verify.py"),
            str(file),
            str(system.folder / "checkpoints.jsonl"),
            "--key",
            str(system.folder / "audit.pub"),
        ],
        capture_output=True,
        text=True,
    )
    faults = [line for line in done.stdout.splitlines() if line.startswith("FAULT")]
    assert len(faults) == 1 and broken["id"] in faults[0]


@pytest.mark.parametrize("where", ["broken", "all"])
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways_on_a_phone(probed, broken, where):
    probed.goto(log_of(broken) if where == "broken" else "/admin/activity")
    assert axe_in_all_themes(probed) == NOTHING
    assert probed.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


def test_with_audit_away_the_pages_say_so_and_stand(page, system, noted):
    with system.without("audit"):
        page.goto(log_of(noted))
        expect(page.locator("#panel .chain")).to_have_text("Chain could not be verified")
        page.goto("/admin/activity")
        expect(page.locator("#main")).to_contain_text("Temporarily unavailable")
