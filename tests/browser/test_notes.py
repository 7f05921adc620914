"""Notes as staff write, correct and unpin them: on the tab, on the record's head, in the log."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.activity_page import in_log

INERT = "<script>window.ran = 1</script> \u202egnp.exe \U0001f468‍\U0001f469‍\U0001f467"


@pytest.fixture
def client(system) -> dict:
    return system.new_client(company="Notes Ltd")


@pytest.fixture
def notes(page, client) -> Page:
    """The client's Notes tab."""
    page.goto(f"/admin/clients/{client['id']}/notes")
    return page


def write(page: Page, text: str, *, sticky: bool = False) -> None:
    page.get_by_label("New note").fill(text)
    page.get_by_label("Sticky: show at the top of the record").set_checked(sticky)
    page.get_by_role("button", name="Add Note").click()
    expect(page.locator("#notice")).to_have_text("Note added")


def test_a_sticky_note_stands_on_the_head_at_once_and_in_the_log(notes, system, client):
    expect(notes.locator("#panel")).to_contain_text("No notes yet")
    write(notes, INERT + "\n\nSecond paragraph", sticky=True)
    written = notes.locator(".nt.pin")
    expect(written).to_contain_text(INERT)
    expect(written.locator("p")).to_have_count(2)
    expect(written).to_contain_text("Ada Admin")
    expect(notes.locator("#summary").get_by_role("note")).to_contain_text(INERT)
    expect(notes.get_by_role("tab", name="Notes 1")).to_be_visible()
    expect(notes.get_by_label("New note")).to_have_value("")
    assert notes.evaluate("window.ran") is None
    assert written.locator("bdi").nth(1).evaluate("one => getComputedStyle(one).unicodeBidi") == "isolate"
    assert system.rows(f"/clients/{client['id']}/notes")[0]["body"] == INERT + "\n\nSecond paragraph"
    in_log(notes, client, "added a sticky note")


def test_ctrl_enter_sends(notes):
    notes.get_by_label("New note").fill("By keyboard")
    notes.keyboard.press("Control+Enter")
    expect(notes.locator(".nt")).to_contain_text("By keyboard")


def test_a_correction_replaces_on_the_head_and_keeps_the_old_text_readable(notes, client):
    write(notes, "Pays in June.", sticky=True)
    notes.get_by_role("link", name=re.compile("^Correct")).click()
    dialog = notes.get_by_role("dialog", name="Correct note")
    expect(dialog.get_by_label("Note")).to_have_value("Pays in June.")
    expect(dialog.get_by_label("Sticky")).to_be_checked()
    dialog.get_by_label("Note").fill("Pays in July.")
    dialog.get_by_role("button", name="Save correction").click()
    expect(notes.locator("#notice")).to_have_text("Note corrected")
    expect(notes.locator("#summary").get_by_role("note")).to_have_count(1)
    expect(notes.locator("#summary").get_by_role("note")).to_contain_text("Pays in July.")
    old = notes.locator(".nt").filter(has_text="Pays in June.")
    expect(old).to_contain_text("Corrected since")
    expect(old.get_by_role("link")).to_have_count(0)
    in_log(notes, client, "corrected a note")


def test_unpinning_asks_takes_the_note_off_the_head_and_keeps_it(notes, client):
    write(notes, "Payment plan.", sticky=True)
    notes.get_by_role("link", name=re.compile("^Unpin")).click()
    notes.get_by_role("dialog", name="Unpin note").get_by_role("button", name="Unpin").click()
    expect(notes.locator("#notice")).to_have_text("Note unpinned")
    expect(notes.locator("#summary").get_by_role("note")).to_have_count(0)
    expect(notes.locator(".nt")).to_contain_text("Unpinned")
    expect(notes.locator(".nt.pin")).to_have_count(0)
    notes.get_by_role("link", name=re.compile("^Pin")).click()
    notes.get_by_role("dialog", name="Pin note").get_by_role("button", name="Pin").click()
    expect(notes.locator("#notice")).to_contain_text("Note pinned")
    expect(notes.locator("#summary").get_by_role("note")).to_contain_text("Payment plan.")
    notes.locator("#notice").get_by_role("link", name="Undo").click()
    notes.get_by_role("dialog", name="Unpin note").get_by_role("button", name="Unpin").click()
    expect(notes.locator("#summary").get_by_role("note")).to_have_count(0)
    in_log(notes, client, "pinned a note")


def test_an_empty_note_is_held_back_where_it_is_written(notes, system, client):
    written, button = notes.get_by_label("New note"), notes.get_by_role("button", name="Add Note")
    for nothing in ("", " \n "):
        written.fill(nothing)
        button.click()
        expect(written).to_be_focused()
        expect(notes.get_by_role("dialog")).to_have_count(0)
        assert written.evaluate("area => area.validationMessage")
    assert system.rows(f"/clients/{client['id']}/notes") == []
    written.fill("Now there is one.")
    button.click()
    expect(notes.locator(".nt")).to_contain_text("Now there is one.")


def test_the_hint_names_the_key_that_this_keyboard_has(open_context, signed_in, client):
    for platform, keys in (("Linux x86_64", "Ctrl ↵"), ("MacIntel", "⌘ ↵")):
        context = open_context(storage_state=signed_in)
        context.add_init_script(f"Object.defineProperty(navigator, 'platform', {{get: () => '{platform}'}})")
        page = context.new_page()
        page.goto(f"/admin/clients/{client['id']}")
        expect(page.locator(".top-find kbd")).to_have_text(f"{keys[:-2]} K")
        page.get_by_role("tab", name="Notes").click()
        expect(page.locator(".compose footer .sub")).to_have_text(keys)


def test_without_script_and_on_a_phone_a_note_is_written_all_the_same(open_page, client):
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"/admin/clients/{client['id']}/notes")
    page.get_by_label("New note").fill("Plain HTML")
    page.get_by_role("button", name="Add Note").click()
    expect(page).to_have_url(re.compile(r"/notes$"))
    expect(page.locator(".nt")).to_contain_text("Plain HTML")
